using RendezvousCluster.Protocol.Validation;

namespace RendezvousCluster.Protocol.Messages;

/// <summary>REGISTER: list me under a namespace for a time.</summary>
/// <param name="Namespace">The name as UTF-8, not checked yet; empty when absent.</param>
/// <param name="SignedPeerRecord">
/// The signed envelope with the peer's own record, or an unsigned PeerInfo from a client of the first schema; empty when absent.
/// </param>
/// <param name="TtlSeconds">How long, in seconds; 0 (or absent) leaves it to the server.</param>
public sealed record RegisterRequest(ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<byte> SignedPeerRecord, ulong TtlSeconds = 0)
    : RendezvousRequest(Namespace)
{
    internal const string KindName = "register";

    internal override string Kind => KindName;

    internal override Refusal TimedOut => Refusals.RegisterTimedOut;

    internal override RendezvousMessage Refused(Refusal refusal) => new RegisterResponse(refusal.Status, refusal.Text, TtlSeconds: 0);
}
