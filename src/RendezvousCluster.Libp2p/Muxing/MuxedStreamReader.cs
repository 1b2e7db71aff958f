using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Muxing;

/// <summary>
/// The receiving half of a stream. The connection's read loop copies bytes in with <see cref="Deliver"/>, which never waits: the muxer's
/// window or cap bounds what can lie here. The application reads them out as from any pipe, and what it consumes is reported to the stream,
/// because that is what opens the window again.
/// </summary>
/// <remarks>
/// A remote that resets a stream, or goes away, has sent all the same what came before: reads show those bytes first and throw only when
/// nothing is left that the application has not looked at. (go throws at once and loses them; rust shows them. A point that answers and
/// resets at once would otherwise be understood or not by chance.)
///
/// The pipe is created when first used, so a stream that was only just opened costs no buffers. One gate keeps the read loop's copying and
/// the end of the stream, which may come from any thread, apart: completing a pipe gives its memory back to the pool.
/// </remarks>
internal sealed class MuxedStreamReader(MuxedStream stream) : PipeReader
{
    // No threshold: the window is the bound, and a write that waited would stop the read loop for every stream.
    private static readonly PipeOptions Options = new(
        BlockPool.Instance,
        pauseWriterThreshold: 0,
        minimumSegmentSize: PipeBlocks.BlockBytes,
        useSynchronizationContext: false);

    private readonly Lock _gate = new();
    private volatile Pipe? _pipe;
    private bool _isEnded;
    private Exception? _failure;
    private volatile Exception? _failureBehindRest;
    private ReadOnlySequence<byte> _lastRead;

    // Of the buffer that the next read shows, how much the application has looked at already, and left there.
    private long _examinedBytes;
    private volatile bool _isReading;
    private EndAtReset? _untilReset;

    /// <summary>As <see cref="IMuxedStream.InputUntilReset"/>.</summary>
    public PipeReader UntilReset => _untilReset ??= new EndAtReset(this);

    /// <summary>Hands over received bytes. Called by the read loop only.</summary>
    public void Deliver(in ReadOnlySequence<byte> bytes)
    {
        lock (_gate)
        {
            if (_isEnded)
            {
                return;
            }

            PipeWriter writer = CreatePipe().Writer;
            foreach (ReadOnlyMemory<byte> segment in bytes)
            {
                writer.Write(segment.Span);
            }

            ValueTask<FlushResult> flush = writer.FlushAsync();
            Debug.Assert(flush.IsCompleted, "Without a threshold a flush wakes the reader and completes at once.");
        }
    }

    /// <summary>No more will come: the end of the stream when <paramref name="failure"/> is null, otherwise reads throw it.</summary>
    /// <param name="failure">What reads throw.</param>
    /// <param name="isBehindRest">Whether reads throw it only behind what was received, instead of at once.</param>
    public void End(Exception? failure, bool isBehindRest = false)
    {
        lock (_gate)
        {
            if (_isEnded)
            {
                return;
            }

            _isEnded = true;
            _failureBehindRest = isBehindRest ? failure : null;
            _failure = isBehindRest ? null : failure;
            _pipe?.Writer.Complete(_failure);
        }
    }

    /// <summary>
    /// Gives the buffers back when the stream is disposed. If another thread is in the middle of a read, they are left to the garbage
    /// collector instead: memory that somebody still looks at must not return to the pool.
    /// </summary>
    public void Release()
    {
        if (!_isReading)
        {
            lock (_gate)
            {
                _pipe?.Reader.Complete();
            }
        }
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        ReadAsync(endsAtReset: false, cancellationToken);

    public override bool TryRead(out ReadResult result) => TryRead(endsAtReset: false, out result);

    private ValueTask<ReadResult> ReadAsync(bool endsAtReset, CancellationToken cancellationToken)
    {
        _isReading = true;
        ValueTask<ReadResult> read;
        try
        {
            read = Reader.ReadAsync(cancellationToken);
        }
        catch
        {
            _isReading = false;
            throw;
        }

        return AwaitRead(read, endsAtReset);
    }

    private bool TryRead(bool endsAtReset, out ReadResult result)
    {
        if (!Reader.TryRead(out result))
        {
            return false;
        }

        _isReading = true;
        result = Remember(result, endsAtReset);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        int consumedBytes = (int)_lastRead.Slice(0, consumed).Length;
        _examinedBytes = _lastRead.Slice(consumed, examined).Length;
        _lastRead = default;
        Reader.AdvanceTo(consumed, examined);
        _isReading = false;
        if (consumedBytes > 0)
        {
            stream.OnConsumed(consumedBytes);
        }
    }

    public override void CancelPendingRead() => Reader.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        Reader.Complete(exception);
        _isReading = false;
        stream.OnReadingAbandoned();
    }

    // Created once, and never taken back: to see it is enough, without the gate.
    private PipeReader Reader => (_pipe ?? CreatePipe()).Reader;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> AwaitRead(ValueTask<ReadResult> read, bool endsAtReset)
    {
        bool isRead = false;
        try
        {
            ReadResult result = Remember(await read.ConfigureAwait(false), endsAtReset);
            isRead = true;
            return result;
        }
        finally
        {
            // Not caught and thrown anew, which costs as much as the first time.
            if (!isRead)
            {
                _isReading = false;
            }
        }
    }

    private ReadResult Remember(in ReadResult result, bool endsAtReset)
    {
        if (!result.IsCompleted || _failureBehindRest is not { } failure)
        {
            _lastRead = result.Buffer;
            return result;
        }

        if (endsAtReset && result.Buffer.IsEmpty)
        {
            _lastRead = result.Buffer;
            return result;
        }

        if (!result.IsCanceled && result.Buffer.Length == _examinedBytes)
        {
            Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            _isReading = false;
            ExceptionDispatchInfo.Throw(failure);
        }

        _lastRead = result.Buffer;
        return new ReadResult(result.Buffer, result.IsCanceled, isCompleted: false);
    }

    private Pipe CreatePipe()
    {
        lock (_gate)
        {
            if (_pipe is null)
            {
                var pipe = new Pipe(Options);
                if (_isEnded)
                {
                    pipe.Writer.Complete(_failure);
                }

                _pipe = pipe;
            }

            return _pipe;
        }
    }

    /// <summary>The same half, in which a reset behind all that was read is the end.</summary>
    private sealed class EndAtReset(MuxedStreamReader reader) : PipeReader
    {
        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            reader.ReadAsync(endsAtReset: true, cancellationToken);

        public override bool TryRead(out ReadResult result) => reader.TryRead(endsAtReset: true, out result);

        public override void AdvanceTo(SequencePosition consumed) => reader.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => reader.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => reader.CancelPendingRead();

        public override void Complete(Exception? exception = null) => reader.Complete(exception);
    }
}
