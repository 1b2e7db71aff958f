using System.Diagnostics.CodeAnalysis;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Protocol.Validation;

namespace RendezvousCluster.Core.Validation;

// Request path, step 8: validate namespace, TTL and record.
/// <summary>
/// Decides whether a REGISTER is well formed and the peer's own: everything that can be known without looking at what is stored. The
/// cheap rules come first, the signature last. No clock, no I/O.
/// </summary>
internal sealed class RegistrationValidator(RendezvousLimits limits)
{
    private readonly Refusal _ttlOutOfRange = Refusals.TtlOutOfRange(limits.MinTtlSeconds, limits.MaxTtlSeconds);

    /// <summary>Answers the command that the request makes, or why the request is refused.</summary>
    public bool TryValidate(
        RegisterRequest request,
        RecordVerifier verifier,
        DateTimeOffset deadline,
        [NotNullWhen(true)] out RegisterCommand? command,
        [NotNullWhen(false)] out Refusal? refusal)
    {
        command = null;
        verifier.Notice(request.SignedPeerRecord.Span);
        return NamespaceValidator.TryRead(request.Namespace.Span, out RendezvousNamespace? ns, out refusal)
            && TryGrantTtl(request.TtlSeconds, out uint ttlSeconds, out refusal)
            && verifier.TryVerify(request.SignedPeerRecord.Span, ns, ttlSeconds, deadline, out command, out refusal);
    }

    private bool TryGrantTtl(ulong askedSeconds, out uint grantedSeconds, [NotNullWhen(false)] out Refusal? refusal)
    {
        refusal = null;
        grantedSeconds = limits.GrantedDefaultTtlSeconds;
        if (askedSeconds == 0)
        {
            return true;
        }

        if (askedSeconds < limits.MinTtlSeconds || askedSeconds > limits.MaxTtlSeconds)
        {
            refusal = _ttlOutOfRange;
            return false;
        }

        grantedSeconds = (uint)askedSeconds;
        return true;
    }
}
