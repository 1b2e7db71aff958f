namespace RendezvousCluster.Libp2p.Muxing.Yamux;

/// <summary>
/// A yamux stream: the two windows. Both begin at 256 KiB, which the spec fixes, and count bytes of Data frames only.
/// </summary>
internal sealed class YamuxStream : MuxedStream
{
    /// <summary>The window that each side may assume before any update.</summary>
    public const int InitialWindowBytes = 256 * 1024;

    private readonly uint _id;
    private readonly int _targetWindowBytes;

    public YamuxStream(MuxedConnection connection, uint id, bool isOutbound, int targetWindowBytes)
        : base(connection, id, isOutbound)
    {
        _id = id;
        _targetWindowBytes = targetWindowBytes;
    }

    internal override ulong Key => _id;

    internal override long SendCredit => SendWindow;

    /// <summary>What we may still send. An update that would overflow it clamps.</summary>
    internal uint SendWindow { get; private set; } = InitialWindowBytes;

    /// <summary>What the remote may still send.</summary>
    internal uint ReceiveWindow { get; private set; } = InitialWindowBytes;

    /// <summary>The SYN is not answered yet.</summary>
    internal bool IsAcknowledgementDue { get; set; }

    /// <summary>
    /// What the window could be opened by. The target is what may lie unread here plus what may still be on its way.
    /// </summary>
    internal long WindowDelta => (long)_targetWindowBytes - ReceiveWindow - UnreadBytes;

    /// <summary>Half a window was consumed: few updates, and the remote never has to stop while the application keeps up.</summary>
    internal bool IsWindowUpdateDue => !IsRemoteFinished && !IsReadingAbandoned && EndedBy is null && WindowDelta >= _targetWindowBytes / 2;

    internal void GrowSendWindow(uint delta) => SendWindow = (uint)Math.Min(uint.MaxValue, (ulong)SendWindow + delta);

    internal void ShrinkSendWindow(int bytes) => SendWindow -= (uint)bytes;

    internal void ShrinkReceiveWindow(uint bytes) => ReceiveWindow -= bytes;

    /// <summary>Opens the receive window as far as it goes and answers the delta to tell the remote.</summary>
    internal uint GrowReceiveWindow()
    {
        uint delta = (uint)Math.Max(0, WindowDelta);
        ReceiveWindow += delta;
        return delta;
    }

    internal override int WriteDataHeader(Span<byte> destination, int payloadBytes) =>
        new YamuxHeader(YamuxFrameType.Data, YamuxFlags.None, _id, (uint)payloadBytes).Write(destination);
}
