using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;

namespace RendezvousCluster.Testing;

/// <summary>
/// A muxed stream without a muxer: two ends in one process that keep the contract of <see cref="IMuxedStream"/> no less strictly than a
/// muxer does. A half-close ends the other's input; a window that is not consumed holds up the writer, however large its frame; a reset
/// leaves a finished direction alone, makes the resetting end throw at once, and the other one behind what it had received; disposing an
/// unfinished end resets it.
/// </summary>
public sealed class InMemoryMuxedStream : IMuxedStream
{
    /// <summary>The window that yamux fixes.</summary>
    public const long YamuxWindowBytes = 256 * 1024;

    private readonly InMemoryStreamHalf _incoming;
    private readonly InMemoryStreamHalf _outgoing;
    private readonly EndWriter _output;
    private InMemoryMuxedStream? _remote;
    private volatile MuxerStreamException? _ended;
    private volatile bool _writeClosed;

    private InMemoryMuxedStream(InMemoryStreamHalf incoming, InMemoryStreamHalf outgoing, ulong id, bool isOutbound)
    {
        _incoming = incoming;
        _outgoing = outgoing;
        _output = new EndWriter(this);
        Id = id;
        IsOutbound = isOutbound;
    }

    public ulong Id { get; }

    public bool IsOutbound { get; }

    public PipeReader Input => _incoming.Reader;

    public PipeReader InputUntilReset => _incoming.ReaderUntilReset;

    public PipeWriter Output => _output;

    /// <summary>Why this end was cut off, or null while it was not.</summary>
    public StreamEndReason? ResetReason => _ended?.Reason;

    public bool HasEnded => _ended is not null;

    /// <summary>Whether both directions are over, finished or cut.</summary>
    public bool IsOver => _ended is not null || (_incoming.IsFinished && _outgoing.IsFinished);

    /// <summary>Called when this end has sent something: bytes, its half-close or its reset.</summary>
    public Action? OnSent { get; set; }

    /// <summary>Whether this end has half-closed.</summary>
    public bool IsWriteClosed => _writeClosed;

    private InMemoryMuxedStream Remote => _remote ?? throw new InvalidOperationException("The pair is not complete.");

    /// <summary>Makes both ends of a stream.</summary>
    /// <param name="id">The id on the wire.</param>
    /// <param name="windowBytes">How much may lie unread before the writer waits.</param>
    /// <param name="ofDialer">Where the dialer's end counts what lies unread there; null counts nowhere.</param>
    /// <param name="ofListener">The same of the listener's end.</param>
    public static (InMemoryMuxedStream Dialer, InMemoryMuxedStream Listener) CreatePair(
        ulong id = 1, long windowBytes = YamuxWindowBytes, ByteAccount? ofDialer = null, ByteAccount? ofListener = null)
    {
        var toListener = new InMemoryStreamHalf(windowBytes, ofListener);
        var toDialer = new InMemoryStreamHalf(windowBytes, ofDialer);
        var dialer = new InMemoryMuxedStream(toDialer, toListener, id, isOutbound: true);
        var listener = new InMemoryMuxedStream(toListener, toDialer, id, isOutbound: false);
        dialer._remote = listener;
        listener._remote = dialer;
        return (dialer, listener);
    }

    public async ValueTask CloseWriteAsync(CancellationToken cancellationToken = default)
    {
        if (_writeClosed)
        {
            return;
        }

        await _output.FlushAsync(cancellationToken);
        await _output.CompleteAsync();
    }

    public void Reset()
    {
        OnSent?.Invoke();
        End(StreamEndReason.ResetLocally, StreamEndReason.ResetByRemote);
    }

    /// <summary>What both ends see when the connection under the stream dies.</summary>
    public void EndConnection() => End(StreamEndReason.ConnectionEnded, StreamEndReason.ConnectionEnded);

    public ValueTask DisposeAsync()
    {
        if (!_writeClosed || !Remote._writeClosed)
        {
            Reset();
        }

        _incoming.Drop();
        return ValueTask.CompletedTask;
    }

    private void End(StreamEndReason here, StreamEndReason there)
    {
        if (IsOver)
        {
            return;
        }

        MuxerStreamException atThisEnd = Failure(here);
        MuxerStreamException atTheOther = Failure(there);
        _ended = atThisEnd;
        Remote._ended ??= atTheOther;
        _incoming.Cut(atThisEnd, isBehindRest: here != StreamEndReason.ResetLocally, atTheOther);
        _outgoing.Cut(atTheOther, isBehindRest: true, atThisEnd);
    }

    private MuxerStreamException Failure(StreamEndReason reason) => new(reason, $"In-memory stream {Id} ended: {reason}.");

    private sealed class EndWriter(InMemoryMuxedStream owner) : PipeWriter
    {
        private PipeWriter Inner => owner._outgoing.Writer;

        public override bool CanGetUnflushedBytes => Inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => Inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => Inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => Inner.GetSpan(sizeHint);

        public override void Advance(int bytes) => Inner.Advance(bytes);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            owner.OnSent?.Invoke();
            return Inner.FlushAsync(cancellationToken);
        }

        public override void CancelPendingFlush() => Inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
            if (exception is not null)
            {
                owner.Reset();
                return;
            }

            owner.OnSent?.Invoke();
            owner._writeClosed = true;
            Inner.Complete();
        }
    }
}
