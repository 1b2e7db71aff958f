using System.Diagnostics.CodeAnalysis;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Protocol.Validation;

// Request path, step 8: validate namespace, TTL and record.
/// <summary>
/// Decides whether a REGISTER is well formed and the peer's own: everything that can be known without looking at what is stored. The
/// cheap rules come first, the signature last. No clock, no I/O.
/// </summary>
internal sealed class RegistrationValidator(RendezvousLimits limits)
{
    private readonly Refusal _ttlOutOfRange = Refusals.TtlOutOfRange(limits.MinTtlSeconds, limits.MaxTtlSeconds);

    /// <summary>Answers the registration to make, or why the request is refused.</summary>
    public bool TryValidate(
        RegisterRequest request,
        RecordVerifier verifier,
        [NotNullWhen(true)] out ValidRegistration? registration,
        [NotNullWhen(false)] out Refusal? refusal)
    {
        registration = null;
        verifier.Notice(request.SignedPeerRecord.Span);
        if (!NamespaceValidator.TryRead(request.Namespace.Span, out RendezvousNamespace? ns, out refusal)
            || !TryGrantTtl(request.TtlSeconds, out uint ttlSeconds, out refusal)
            || !verifier.TryVerify(request.SignedPeerRecord.Span, out VerifiedRecord? record, out refusal))
        {
            return false;
        }

        registration = new ValidRegistration(ns, record, ttlSeconds);
        return true;
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

/// <summary>A REGISTER that is well formed and the peer's own.</summary>
/// <param name="Namespace">Where to register.</param>
/// <param name="Record">The verified record.</param>
/// <param name="TtlSeconds">The time to live to grant, within the limits.</param>
internal readonly record struct ValidRegistration(RendezvousNamespace Namespace, VerifiedRecord Record, uint TtlSeconds);
