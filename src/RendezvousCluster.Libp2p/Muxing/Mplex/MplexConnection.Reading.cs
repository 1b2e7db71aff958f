using System.Buffers;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Muxing.Mplex;

/// <summary>From messages to what they mean, and the wait for room. Everything here but the stall's end runs in the read loop.</summary>
internal sealed partial class MplexConnection
{
    private readonly Watchdog _stallWatchdog;

    // The message whose body is arriving: who gets it (nobody: it is dropped) and how much is to come.
    private MuxedStream? _bodyStream;
    private long _bodyRemaining;

    // Guarded by the gate.
    private bool _isStalled;
    private bool _isStallOver;

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

                if (!TryTakeBody(ref buffer))
                {
                    return ParseResult.Blocked;
                }

                continue;
            }

            switch (MplexHeader.TryRead(buffer, out MplexHeader header, out int headerBytes))
            {
                case OperationStatus.NeedMoreData:
                    return ParseResult.NeedsMoreBytes;
                case OperationStatus.InvalidData:
                    throw Violation("A header is not a varint of at most nine bytes.");
            }

            if (!TryHandle(header))
            {
                return ParseResult.Blocked;
            }

            buffer = buffer.Slice(headerBytes);
        }
    }

    protected override void OnUnreadReleased(MuxedStream stream)
    {
        if (_isStalled)
        {
            ResumeReading();
        }
    }

    /// <summary>False: the message waits, and nothing of it has happened yet.</summary>
    private bool TryHandle(in MplexHeader header)
    {
        if (header.Length > (ulong)Limits.MplexMaxMessageBytes)
        {
            throw Violation($"A message of {header.Length} bytes; the most is {Limits.MplexMaxMessageBytes}.");
        }

        if (header.Flag > MplexFlag.ResetInitiator)
        {
            throw Violation($"Unknown flag {(int)header.Flag}.");
        }

        MuxedStream? stream = Find(MplexStream.KeyOf(header.Id, isOutbound: !header.IsFromInitiator));
        MuxedStream? bodyStream = null;
        switch (header.Flag)
        {
            case MplexFlag.NewStream:
                if (stream is not null)
                {
                    throw Violation($"The remote opened stream {header.Id}, which is open.");
                }

                if (!TryAdmit(header.Id, isStillborn: false, out _))
                {
                    return false;
                }

                break;
            case MplexFlag.MessageInitiator or MplexFlag.MessageReceiver:
                bodyStream = OnMessage(header, stream);
                break;
            case MplexFlag.CloseInitiator or MplexFlag.CloseReceiver:
                stream?.OnRemoteFinished();
                break;
            default:
                stream?.OnRemoteReset();
                break;
        }

        // The body of anything but a message (a stream's name) is nobody's.
        _bodyStream = bodyStream;
        _bodyRemaining = (long)header.Length;
        return true;
    }

    private static MuxedStream? OnMessage(in MplexHeader header, MuxedStream? stream)
    {
        if (stream is null)
        {
            Libp2pMetrics.CountOrphanFrame();
        }
        else if (stream.IsRemoteFinished && header.Length > 0)
        {
            stream.Refuse(StreamEndReason.ResetLocally, "The remote sent data after its half-close.");
        }

        return stream;
    }

    /// <summary>Takes as much of the body as there is room for; false when there is none.</summary>
    private bool TryTakeBody(ref ReadOnlySequence<byte> buffer)
    {
        long part = Math.Min(_bodyRemaining, buffer.Length);
        if (_bodyStream is { } stream)
        {
            int room = WaitForRoom(stream, out bool isOver);
            if (isOver)
            {
                Libp2pMetrics.CountRefusal("mplex_stream_buffer");
                stream.Refuse(StreamEndReason.BufferExceeded, "The stream's buffer stayed full for too long.");
            }
            else if (room == 0)
            {
                return false;
            }
            else
            {
                part = Math.Min(part, room);
                Deliver(stream, buffer.Slice(0, part));
            }
        }

        buffer = buffer.Slice(part);
        _bodyRemaining -= part;
        return true;
    }

    /// <summary>How much may be taken for this stream. At zero the stall's time runs, until there is room or it is over.</summary>
    private int WaitForRoom(MuxedStream stream, out bool isOver)
    {
        lock (Gate)
        {
            isOver = false;
            int room = stream.EndedBy is not null || stream.IsReadingAbandoned
                ? int.MaxValue
                : Math.Max(0, Math.Min(
                    Limits.MplexStreamBufferBytes - stream.UnreadBytes, Limits.MaxReceiveBytesPerConnection - UnreadBytes));
            if (room > 0 || _isStallOver)
            {
                isOver = room == 0;
                _isStalled = false;
                _isStallOver = false;
                _stallWatchdog.Stop();
            }
            else if (!_isStalled)
            {
                _isStalled = true;
                _stallWatchdog.Start();
            }

            return room;
        }
    }

    private void OnStallTimeout()
    {
        lock (Gate)
        {
            _isStallOver = _isStalled;
        }

        ResumeReading();
    }

    private static MuxerConnectionException Violation(string message) => new(ConnectionEndReason.ProtocolError, message);
}
