using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Runtime.ExceptionServices;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Testing;

/// <summary>
/// One direction of an <see cref="InMemoryMuxedStream"/>, as strict as a muxer's: the window opens for bytes that the reader has
/// <em>consumed</em>, not for those that it has only looked at (as a plain pipe's threshold would); an end passes behind the bytes before
/// it; after the writer's reset, reads show what had arrived and then throw.
/// </summary>
internal sealed class InMemoryStreamHalf
{
    private readonly Lock _gate = new();
    private readonly long _windowBytes;
    private readonly ByteAccount _account;
    private readonly Pipe _sent = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
    private readonly Pipe _received = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private long _unreadBytes;
    private bool _isOver;
    private bool _isDropped;
    private volatile Exception? _failureBehindRest;

    /// <param name="windowBytes">How much may lie unread.</param>
    /// <param name="account">Where what lies unread is counted; null counts nowhere.</param>
    public InMemoryStreamHalf(long windowBytes, ByteAccount? account = null)
    {
        _windowBytes = windowBytes;
        _account = account ?? new ByteAccount();
        Reader = new HalfReader(this, endsAtReset: false);
        ReaderUntilReset = new HalfReader(this, endsAtReset: true);
        Writer = new HalfWriter(this);
    }

    public PipeReader Reader { get; }

    /// <summary>The same, in which a reset behind all that was read is the end.</summary>
    public PipeReader ReaderUntilReset { get; }

    public PipeWriter Writer { get; }

    /// <summary>The writer's half-close has reached the reader's side.</summary>
    public bool IsFinished
    {
        get
        {
            lock (_gate)
            {
                return _isOver && _failureBehindRest is null;
            }
        }
    }

    /// <summary>Cuts it off, unless it is finished.</summary>
    /// <param name="readFailure">What reads throw.</param>
    /// <param name="isBehindRest">Whether they show first what has arrived.</param>
    /// <param name="writeFailure">What flushes throw.</param>
    public void Cut(Exception readFailure, bool isBehindRest, Exception writeFailure)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
            _failureBehindRest = readFailure;
            _received.Writer.Complete(isBehindRest ? null : readFailure);
            _sent.Reader.Complete(writeFailure);
        }
    }

    /// <summary>Nobody reads any more: what lies unread, and what still comes, counts no longer.</summary>
    public void Drop()
    {
        lock (_gate)
        {
            if (!_isDropped)
            {
                _isDropped = true;
                _account.Add(-_unreadBytes);
            }
        }
    }

    /// <summary>Lets through what the window has room for, and the end behind it.</summary>
    private void Move()
    {
        lock (_gate)
        {
            while (!_isOver && _sent.Reader.TryRead(out ReadResult read))
            {
                ReadOnlySequence<byte> part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, _windowBytes - _unreadBytes));
                foreach (ReadOnlyMemory<byte> segment in part)
                {
                    _received.Writer.Write(segment.Span);
                }

                _unreadBytes += part.Length;
                Count(part.Length);
                bool isAll = part.Length == read.Buffer.Length;
                bool isEnd = read.IsCompleted && isAll;
                _sent.Reader.AdvanceTo(part.End);
                ValueTask<FlushResult> flush = _received.Writer.FlushAsync();
                Debug.Assert(flush.IsCompleted, "Without a threshold a flush completes at once.");
                if (isEnd)
                {
                    _isOver = true;
                    _received.Writer.Complete();
                }
                else if (!isAll)
                {
                    return;
                }
            }
        }
    }

    // Under the gate.
    private void Count(long bytes)
    {
        if (!_isDropped)
        {
            _account.Add(bytes);
        }
    }

    private void OnConsumed(long bytes)
    {
        lock (_gate)
        {
            _unreadBytes -= bytes;
            Count(-bytes);
        }

        Move();
    }

    private sealed class HalfReader(InMemoryStreamHalf half, bool endsAtReset) : PipeReader
    {
        private ReadOnlySequence<byte> _shown;
        private long _examinedBytes;

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            Show(await half._received.Reader.ReadAsync(cancellationToken));

        public override bool TryRead(out ReadResult result)
        {
            if (!half._received.Reader.TryRead(out result))
            {
                return false;
            }

            result = Show(result);
            return true;
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            long consumedBytes = _shown.Slice(0, consumed).Length;
            _examinedBytes = _shown.Slice(consumed, examined).Length;
            _shown = default;
            half._received.Reader.AdvanceTo(consumed, examined);
            half.OnConsumed(consumedBytes);
        }

        public override void CancelPendingRead() => half._received.Reader.CancelPendingRead();

        public override void Complete(Exception? exception = null)
        {
            half._received.Reader.Complete(exception);
            half.Drop();
        }

        private ReadResult Show(in ReadResult result)
        {
            if (!result.IsCompleted || half._failureBehindRest is not { } failure)
            {
                _shown = result.Buffer;
                return result;
            }

            if (endsAtReset && result.Buffer.IsEmpty)
            {
                _shown = result.Buffer;
                return result;
            }

            if (!result.IsCanceled && result.Buffer.Length == _examinedBytes)
            {
                half._received.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                ExceptionDispatchInfo.Throw(failure);
            }

            _shown = result.Buffer;
            return new ReadResult(result.Buffer, result.IsCanceled, isCompleted: false);
        }
    }

    private sealed class HalfWriter(InMemoryStreamHalf half) : PipeWriter
    {
        private PipeWriter Inner => half._sent.Writer;

        public override bool CanGetUnflushedBytes => Inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => Inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => Inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => Inner.GetSpan(sizeHint);

        public override void Advance(int bytes) => Inner.Advance(bytes);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            try
            {
                return Inner.FlushAsync(cancellationToken);
            }
            finally
            {
                half.Move();
            }
        }

        public override void CancelPendingFlush() => Inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
            Inner.Complete(exception);
            half.Move();
        }
    }
}
