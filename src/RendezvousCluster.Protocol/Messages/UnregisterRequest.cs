using RendezvousCluster.Protocol.Validation;

namespace RendezvousCluster.Protocol.Messages;

/// <summary>UNREGISTER: list me no longer. It has no response.</summary>
/// <param name="Namespace">The name as UTF-8, not checked yet; empty (or absent) means every namespace of the peer.</param>
/// <param name="PeerId">
/// The deprecated <c>id</c> field. Servers of the spec go by the connection and ignore it; py-libp2p unregisters nobody without it, so a
/// client does well to fill in its own.
/// </param>
public sealed record UnregisterRequest(ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<byte> PeerId = default)
    : RendezvousRequest(Namespace)
{
    internal const string KindName = "unregister";

    internal override string Kind => KindName;

    internal override Refusal TimedOut => Refusals.UnregisterTimedOut;

    internal override RendezvousMessage? Refused(Refusal refusal) => null;
}
