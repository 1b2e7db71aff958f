using System.Buffers;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Muxing.Yamux;

/// <summary>From frames to what they mean. Everything here runs in the read loop.</summary>
internal sealed partial class YamuxConnection
{
    // The Data frame whose body is arriving: who gets it (nobody: it is dropped), how much is to come, and what its flags say at its end.
    private MuxedStream? _bodyStream;
    private long _bodyRemaining;
    private bool _isFinAfterBody;

    protected override bool IsInsideFrame => _bodyRemaining > 0;

    protected override ParseResult Parse(ref ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            if (_bodyRemaining > 0)
            {
                if (buffer.IsEmpty)
                {
                    return ParseResult.NeedsMoreBytes;
                }

                TakeBody(ref buffer);
                continue;
            }

            if (!YamuxHeader.TryRead(buffer, out YamuxHeader header))
            {
                return ParseResult.NeedsMoreBytes;
            }

            if (!TryHandle(header))
            {
                return ParseResult.Blocked;
            }

            buffer = buffer.Slice(YamuxHeader.Bytes);
        }
    }

    /// <summary>The body goes through as it comes; it is never gathered.</summary>
    private void TakeBody(ref ReadOnlySequence<byte> buffer)
    {
        ReadOnlySequence<byte> part = buffer.Slice(0, Math.Min(_bodyRemaining, buffer.Length));
        if (_bodyStream is not null)
        {
            Deliver(_bodyStream, part);
        }

        buffer = buffer.Slice(part.End);
        _bodyRemaining -= part.Length;
        if (_bodyRemaining == 0)
        {
            OnBodyEnd();
        }
    }

    private void OnBodyEnd()
    {
        if (_isFinAfterBody)
        {
            _bodyStream?.OnRemoteFinished();
        }

        _bodyStream = null;
        _isFinAfterBody = false;
    }

    /// <summary>False: the frame waits, and nothing of it has happened yet.</summary>
    private bool TryHandle(in YamuxHeader header)
    {
        if (header.Version != YamuxHeader.CurrentVersion)
        {
            throw Violation($"Frame of version {header.Version}.");
        }

        lock (Gate)
        {
            _keepAlive.OnFrame();
        }

        switch (header.Type)
        {
            case YamuxFrameType.Data or YamuxFrameType.WindowUpdate:
                return TryHandleStreamFrame(header);
            case YamuxFrameType.Ping:
                return TryHandlePing(header);
            case YamuxFrameType.GoAway:
                OnGoAway(header.Length);
                return true;
            default:
                throw Violation($"Frame of unknown type {(byte)header.Type}.");
        }
    }

    private bool TryHandleStreamFrame(in YamuxHeader header)
    {
        if (header.StreamId == 0)
        {
            throw Violation($"{header.Type} on stream 0.");
        }

        MuxedStream? found = Find(header.StreamId);
        if (header.Has(YamuxFlags.Syn))
        {
            ThrowIfCannotBeOpened(header, found);
            if (!TryAdmit(header.StreamId, isStillborn: header.Has(YamuxFlags.Rst), out found))
            {
                return false;
            }
        }

        var stream = (YamuxStream?)found;
        if (header.Type == YamuxFrameType.WindowUpdate)
        {
            OnWindowUpdate(header, stream);
        }
        else
        {
            OnData(header, stream);
        }

        return true;
    }

    private void ThrowIfCannotBeOpened(in YamuxHeader header, MuxedStream? found)
    {
        bool isDialersId = (header.StreamId & 1) == 1;
        if (isDialersId == IsDialer)
        {
            throw Violation($"The remote opened stream {header.StreamId}, whose parity is ours.");
        }

        if (found is not null)
        {
            throw Violation($"The remote opened stream {header.StreamId}, which is open.");
        }

        // Before a stream exists for it.
        if (header.Type == YamuxFrameType.Data && header.Length > YamuxStream.InitialWindowBytes)
        {
            throw WindowExceeded(header, YamuxStream.InitialWindowBytes);
        }
    }

    private void OnWindowUpdate(in YamuxHeader header, YamuxStream? stream)
    {
        if (stream is null)
        {
            return;
        }

        if (header.Has(YamuxFlags.Rst))
        {
            stream.OnRemoteReset();
            return;
        }

        if (header.Length > 0)
        {
            lock (Gate)
            {
                stream.GrowSendWindow(header.Length);
            }

            stream.OnFlushed();
        }

        if (header.Has(YamuxFlags.Fin))
        {
            stream.OnRemoteFinished();
        }
    }

    private void OnData(in YamuxHeader header, YamuxStream? stream)
    {
        _bodyRemaining = header.Length;
        if (stream is not null && !stream.HasEnded)
        {
            if (header.Has(YamuxFlags.Rst))
            {
                stream.OnRemoteReset();
            }
            else if (stream.IsRemoteFinished && header.Length > 0)
            {
                stream.Refuse(StreamEndReason.ResetLocally, "The remote sent data after its half-close.");
            }
            else
            {
                ReserveWindow(header, stream);
                _bodyStream = stream;
                _isFinAfterBody = header.Has(YamuxFlags.Fin);
            }
        }
        else if (stream is null)
        {
            Libp2pMetrics.CountOrphanFrame();
        }
        else if (header.Has(YamuxFlags.Rst))
        {
            stream.OnRemoteReset();
        }

        if (_bodyRemaining == 0)
        {
            OnBodyEnd();
        }
    }

    private void ReserveWindow(in YamuxHeader header, YamuxStream stream)
    {
        lock (Gate)
        {
            if (header.Length > stream.ReceiveWindow)
            {
                throw WindowExceeded(header, stream.ReceiveWindow);
            }

            stream.ShrinkReceiveWindow(header.Length);
        }
    }

    private bool TryHandlePing(in YamuxHeader header)
    {
        if (header.StreamId != 0)
        {
            throw Violation($"Ping on stream {header.StreamId}.");
        }

        switch (header.Flags)
        {
            case YamuxFlags.Syn:
                return TryOwePong(header.Length);
            case YamuxFlags.Ack:
                OnPong(header.Length);
                return true;
            default:
                throw Violation($"Ping with flags {(ushort)header.Flags:x}.");
        }
    }

    private bool TryOwePong(uint value)
    {
        lock (Gate)
        {
            if (_pongDue is not null && !IsWriteSideLost)
            {
                return false;
            }

            _pongDue = value;
            WakeWriter();
            return true;
        }
    }

    private void OnPong(uint value)
    {
        lock (Gate)
        {
            // One that nobody asked for means nothing; it costs the remote more than us.
            if (!HasEnded && _keepAlive.OnPong(value))
            {
                _keepAliveTimer!.Change(Limits.KeepAliveInterval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void OnGoAway(uint code)
    {
        if (code != (uint)YamuxGoAwayCode.Normal)
        {
            End(new MuxerConnectionException(
                ConnectionEndReason.ClosedByRemote, $"The remote went away with code {code}."), sendGoodbye: true);
            return;
        }

        lock (Gate)
        {
            _isRemoteGoingAway = true;
            WakeWriter();
        }
    }

    private static MuxerConnectionException Violation(string message) => new(ConnectionEndReason.ProtocolError, message);

    private static MuxerConnectionException WindowExceeded(in YamuxHeader header, uint windowBytes) =>
        new(
            ConnectionEndReason.WindowExceeded,
            $"The remote sent {header.Length} bytes on stream {header.StreamId}, whose window is {windowBytes}.");
}
