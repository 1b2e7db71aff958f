namespace RendezvousCluster.Libp2p.Muxing.Mplex;

/// <summary>An mplex stream: no windows, and a name on the wire that depends on who opened it.</summary>
internal sealed class MplexStream(MuxedConnection connection, ulong id, bool isOutbound) : MuxedStream(connection, id, isOutbound)
{
    internal override ulong Key => KeyOf(Id, IsOutbound);

    /// <summary>mplex has no flow control: the transport's own is all there is.</summary>
    internal override long SendCredit => long.MaxValue;

    private MplexFlag MessageFlag => IsOutbound ? MplexFlag.MessageInitiator : MplexFlag.MessageReceiver;

    /// <summary>Ids take at most 60 bits, so the opener fits beside them.</summary>
    internal static ulong KeyOf(ulong id, bool isOutbound) => (id << 1) | (isOutbound ? 1UL : 0UL);

    internal override int WriteDataHeader(Span<byte> destination, int payloadBytes) =>
        new MplexHeader(Id, MessageFlag, (ulong)payloadBytes).Write(destination);
}
