using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Muxing;

/// <summary>
/// The sending half of a stream. The bytes that the application flushes wait here until the connection's write loop takes them with
/// <see cref="Take"/>, a frame at a time and never more than the remote's window. The pipe's threshold is one byte, so a flush completes
/// when everything written before it was taken: a slow remote is felt by the application at once, and nothing piles up.
/// </summary>
internal sealed class MuxedStreamWriter(MuxedStream stream) : PipeWriter
{
    private const int MaxDataHeaderBytes = 20;

    private static readonly PipeOptions Options = new(
        BlockPool.Instance,
        pauseWriterThreshold: 1,
        resumeWriterThreshold: 1,
        minimumSegmentSize: PipeBlocks.BlockBytes,
        useSynchronizationContext: false);

    // Keeps the write loop's taking and the end of the stream, which may come from any thread, apart.
    private readonly Lock _gate = new();
    private volatile Pipe? _pipe;
    private bool _isFinished;
    private Exception? _failure;
    private long _waitingBytes;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => Writer.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => Writer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => Writer.GetSpan(sizeHint);

    public override void Advance(int bytes) => Writer.Advance(bytes);

    public override void CancelPendingFlush() => Writer.CancelPendingFlush();

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            PipeWriter writer = Writer;
            CountFlushed(writer.UnflushedBytes);
            return writer.FlushAsync(cancellationToken);
        }
        finally
        {
            // Also when the caller's token was cancelled already: the bytes are committed and will be sent.
            stream.OnFlushed();
        }
    }

    public override void Complete(Exception? exception = null)
    {
        if (exception is null)
        {
            stream.FinishWriting();
        }
        else
        {
            stream.Reset();
        }
    }

    /// <summary>The application writes no more; what it wrote will still be taken.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            _isFinished = true;
            _pipe?.Writer.Complete();
        }
    }

    /// <summary>Drops what was not taken; flushes throw <paramref name="failure"/>.</summary>
    public void Fail(Exception failure)
    {
        lock (_gate)
        {
            _failure ??= failure;
            _pipe?.Reader.Complete(_failure);
            CountWaiting(0);
        }
    }

    /// <summary>Writes one data frame to <paramref name="output"/> and drops the bytes here. Called by the write loop only.</summary>
    /// <param name="output">The connection's transport.</param>
    /// <param name="maxBytes">How much may be taken; zero asks only how things stand.</param>
    public TakeResult Take(PipeWriter output, int maxBytes)
    {
        lock (_gate)
        {
            if (_failure is not null || _pipe is null)
            {
                return new TakeResult(0, 0, HasMore: false, IsFinished: _failure is null && _isFinished);
            }

            if (!_pipe.Reader.TryRead(out ReadResult read))
            {
                return default;
            }

            int taken = (int)Math.Min(read.Buffer.Length, maxBytes);
            ReadOnlySequence<byte> payload = read.Buffer.Slice(0, taken);
            int headerBytes = 0;
            if (taken > 0)
            {
                Span<byte> frame = output.GetSpan(MaxDataHeaderBytes + taken);
                headerBytes = stream.WriteDataHeader(frame, taken);
                payload.CopyTo(frame[headerBytes..]);
                output.Advance(headerBytes + taken);
            }

            bool hasMore = read.Buffer.Length > taken;
            bool isFinished = read.IsCompleted && !hasMore;
            _pipe.Reader.AdvanceTo(payload.End);
            // Bytes that were never flushed, only finished, were not counted.
            CountWaiting(Math.Max(0, _waitingBytes - taken));
            return new TakeResult(taken, headerBytes, hasMore, isFinished);
        }
    }

    private void CountFlushed(long bytes)
    {
        lock (_gate)
        {
            if (_failure is null)
            {
                CountWaiting(_waitingBytes + bytes);
            }
        }
    }

    private void CountWaiting(long bytes)
    {
        long difference = PipeBlocks.HeldFor(bytes) - PipeBlocks.HeldFor(_waitingBytes);
        _waitingBytes = bytes;
        stream.CountHeld(difference);
    }

    // Created once, and never taken back: to see it is enough, without the gate.
    private PipeWriter Writer => (_pipe ?? CreatePipe()).Writer;

    private Pipe CreatePipe()
    {
        lock (_gate)
        {
            if (_pipe is null)
            {
                var pipe = new Pipe(Options);
                if (_isFinished)
                {
                    pipe.Writer.Complete();
                }

                if (_failure is not null)
                {
                    pipe.Reader.Complete(_failure);
                }

                _pipe = pipe;
            }

            return _pipe;
        }
    }
}

/// <summary>What the write loop got from a stream.</summary>
/// <param name="PayloadBytes">Bytes of the application, which count against the window.</param>
/// <param name="HeaderBytes">Bytes of the frame header before them.</param>
/// <param name="HasMore">More lies there.</param>
/// <param name="IsFinished">Everything was taken and the application has half-closed.</param>
internal readonly record struct TakeResult(int PayloadBytes, int HeaderBytes, bool HasMore, bool IsFinished);
