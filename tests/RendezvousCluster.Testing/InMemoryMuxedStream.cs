using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Muxing;

namespace RendezvousCluster.Testing;

/// <summary>
/// A muxed stream without a muxer: two ends in one process that keep the contract of <see cref="IMuxedStream"/>. A half-close ends the
/// other's input; a reset from either end makes every pending and later read and flush of both throw
/// <see cref="MuxerStreamException"/>; an unread window holds up the writer; disposing an unfinished end resets it.
/// </summary>
public sealed class InMemoryMuxedStream : IMuxedStream
{
    private readonly EndReader _input;
    private readonly EndWriter _output;
    private InMemoryMuxedStream? _remote;
    private volatile MuxerStreamException? _ended;
    private volatile bool _writeClosed;

    private InMemoryMuxedStream(PipeReader input, PipeWriter output, ulong id, bool isOutbound)
    {
        _input = new EndReader(this, input);
        _output = new EndWriter(this, output);
        Id = id;
        IsOutbound = isOutbound;
    }

    public ulong Id { get; }

    public bool IsOutbound { get; }

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    /// <summary>Why this end was cut off, or null while it was not.</summary>
    public StreamEndReason? ResetReason => _ended?.Reason;

    /// <summary>Whether this end has half-closed.</summary>
    public bool IsWriteClosed => _writeClosed;

    private InMemoryMuxedStream Remote => _remote ?? throw new InvalidOperationException("The pair is not complete.");

    /// <summary>Makes both ends of a stream.</summary>
    /// <param name="id">The id on the wire.</param>
    /// <param name="windowBytes">How much may lie unread before the writer waits.</param>
    public static (InMemoryMuxedStream Dialer, InMemoryMuxedStream Listener) CreatePair(ulong id = 1, long windowBytes = 256 * 1024)
    {
        var options = new PipeOptions(pauseWriterThreshold: windowBytes, resumeWriterThreshold: windowBytes / 2, useSynchronizationContext: false);
        var toListener = new Pipe(options);
        var toDialer = new Pipe(options);
        var dialer = new InMemoryMuxedStream(toDialer.Reader, toListener.Writer, id, isOutbound: true);
        var listener = new InMemoryMuxedStream(toListener.Reader, toDialer.Writer, id, isOutbound: false);
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
        _writeClosed = true;
        await _output.Inner.CompleteAsync();
    }

    public void Reset() => End(StreamEndReason.ResetLocally, StreamEndReason.ResetByRemote);

    /// <summary>What both ends see when the connection under the stream dies.</summary>
    public void EndConnection() => End(StreamEndReason.ConnectionEnded, StreamEndReason.ConnectionEnded);

    public ValueTask DisposeAsync()
    {
        if (!_writeClosed || !Remote._writeClosed)
        {
            Reset();
        }

        return ValueTask.CompletedTask;
    }

    private void End(StreamEndReason here, StreamEndReason there)
    {
        if (_ended is null)
        {
            EndHere(here);
            Remote.EndHere(there);
        }
    }

    private void EndHere(StreamEndReason reason)
    {
        _ended ??= new MuxerStreamException(reason, $"In-memory stream {Id} ended: {reason}.");
        _input.Inner.CancelPendingRead();
        _output.Inner.CancelPendingFlush();
    }

    private void ThrowIfEnded()
    {
        if (_ended is { } ended)
        {
            throw new MuxerStreamException(ended.Reason, ended.Message, ended);
        }
    }

    private sealed class EndReader(InMemoryMuxedStream owner, PipeReader inner) : PipeReader
    {
        public PipeReader Inner { get; } = inner;

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            owner.ThrowIfEnded();
            ReadResult result = await Inner.ReadAsync(cancellationToken);
            owner.ThrowIfEnded();
            return result;
        }

        public override bool TryRead(out ReadResult result)
        {
            owner.ThrowIfEnded();
            return Inner.TryRead(out result);
        }

        public override void AdvanceTo(SequencePosition consumed) => Inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => Inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => Inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => Inner.Complete(exception);
    }

    private sealed class EndWriter(InMemoryMuxedStream owner, PipeWriter inner) : PipeWriter
    {
        public PipeWriter Inner { get; } = inner;

        public override bool CanGetUnflushedBytes => Inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => Inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => Inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => Inner.GetSpan(sizeHint);

        public override void Advance(int bytes) => Inner.Advance(bytes);

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            owner.ThrowIfEnded();
            FlushResult result = await Inner.FlushAsync(cancellationToken);
            owner.ThrowIfEnded();
            return result;
        }

        public override void CancelPendingFlush() => Inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
            owner._writeClosed = true;
            Inner.Complete(exception);
        }
    }
}
