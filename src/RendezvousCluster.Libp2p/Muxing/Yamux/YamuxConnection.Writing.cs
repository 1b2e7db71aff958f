namespace RendezvousCluster.Libp2p.Muxing.Yamux;

/// <summary>From what is due to frames. Everything here runs in the write loop.</summary>
internal sealed partial class YamuxConnection
{
    protected override int TakeConnectionFrame(Span<byte> destination)
    {
        if (_pongDue is { } pong)
        {
            _pongDue = null;
            return new YamuxHeader(YamuxFrameType.Ping, YamuxFlags.Ack, 0, pong).Write(destination);
        }

        if (_pingDue is { } ping)
        {
            _pingDue = null;
            return new YamuxHeader(YamuxFrameType.Ping, YamuxFlags.Syn, 0, ping).Write(destination);
        }

        if (_goAwayDue is { } code)
        {
            _goAwayDue = null;
            return new YamuxHeader(YamuxFrameType.GoAway, YamuxFlags.None, 0, (uint)code).Write(destination);
        }

        return 0;
    }

    /// <summary>One WindowUpdate says all that is due of a stream: SYN or ACK, the delta, the FIN. A reset makes the rest
    /// pointless.</summary>
    protected override int TakeControlFrame(MuxedStream stream, Span<byte> destination)
    {
        var yamuxStream = (YamuxStream)stream;
        if (stream.IsResetDue)
        {
            stream.IsResetDue = false;
            Forget(stream);
            return WriteRefusal(stream.Id, destination);
        }

        YamuxFlags flags = YamuxFlags.None;
        if (stream.IsOpenDue)
        {
            flags |= YamuxFlags.Syn;
            stream.IsOpenDue = false;
        }

        if (yamuxStream.IsAcknowledgementDue)
        {
            flags |= YamuxFlags.Ack;
            yamuxStream.IsAcknowledgementDue = false;
        }

        uint delta = yamuxStream.IsWindowUpdateDue && !IsWithheld() ? yamuxStream.GrowReceiveWindow() : 0;
        if (stream.IsFinishDue)
        {
            flags |= YamuxFlags.Fin;
            stream.OnFinishWritten();
        }

        return flags == YamuxFlags.None && delta == 0
            ? 0
            : new YamuxHeader(YamuxFrameType.WindowUpdate, flags, (uint)stream.Id, delta).Write(destination);
    }

    private bool IsWithheld()
    {
        bool isOverTotal = UnreadBytes > Limits.MaxReceiveBytesPerConnection;
        _hasWithheldUpdates |= isOverTotal;
        return isOverTotal;
    }

    protected override int WriteRefusal(ulong id, Span<byte> destination) =>
        new YamuxHeader(YamuxFrameType.WindowUpdate, YamuxFlags.Rst, (uint)id, 0).Write(destination);

    protected override void OnDataTaken(MuxedStream stream, int bytes) => ((YamuxStream)stream).ShrinkSendWindow(bytes);
}
