using System.Buffers;
using System.IO.Pipelines;

namespace RendezvousCluster.Testing;

/// <summary>The reading half of <see cref="SegmentingDuplexPipe"/>. It holds no bytes: it shows the inner buffer up to a mark.</summary>
internal sealed class SegmentingPipeReader(PipeReader inner, Func<int> nextPieceBytes) : PipeReader
{
    // Lengths of the pieces on show; their sum is the mark. The consumer's own AdvanceTo eats them from the front.
    private readonly List<int> _pieces = [];
    private ReadOnlySequence<byte> _innerBuffer;
    private bool _showMore = true;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (TryShow(await inner.ReadAsync(cancellationToken), out ReadResult shown))
            {
                return shown;
            }
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        result = default;
        return inner.TryRead(out ReadResult read) && TryShow(read, out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        long shownBytes = _pieces.Sum();
        long consumedBytes = OffsetOf(consumed);
        _showMore = OffsetOf(examined) >= shownBytes;
        bool nothingLeftToShow = shownBytes == _innerBuffer.Length;
        DropPieces(consumedBytes);
        SequencePosition innerConsumed = _innerBuffer.GetPosition(consumedBytes);
        inner.AdvanceTo(innerConsumed, _showMore && nothingLeftToShow ? _innerBuffer.End : innerConsumed);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private bool TryShow(in ReadResult read, out ReadResult shown)
    {
        _innerBuffer = read.Buffer;
        long shownBytes = _pieces.Sum();
        long hiddenBytes = _innerBuffer.Length - shownBytes;
        if (_showMore && hiddenBytes > 0)
        {
            int piece = (int)Math.Min(nextPieceBytes(), hiddenBytes);
            _pieces.Add(piece);
            hiddenBytes -= piece;
        }
        else if (_showMore && !read.IsCompleted && !read.IsCanceled)
        {
            // The inner reader woke up with nothing new (or was never asked for more): ask it for more.
            inner.AdvanceTo(_innerBuffer.Start, _innerBuffer.End);
            shown = default;
            return false;
        }

        shown = new ReadResult(CutUp(), read.IsCanceled, read.IsCompleted && hiddenBytes == 0);
        return true;
    }

    private ReadOnlySequence<byte> CutUp()
    {
        if (_pieces.Count == 0)
        {
            return ReadOnlySequence<byte>.Empty;
        }

        Segment? first = null;
        Segment? last = null;
        ReadOnlySequence<byte> rest = _innerBuffer;
        foreach (int piece in _pieces)
        {
            foreach (ReadOnlyMemory<byte> memory in rest.Slice(0, piece))
            {
                last = new Segment(memory, last);
                first ??= last;
            }

            rest = rest.Slice(piece);
        }

        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    private static long OffsetOf(SequencePosition position) =>
        position.GetObject() is Segment segment ? segment.RunningIndex + position.GetInteger() : 0;

    private void DropPieces(long bytes)
    {
        while (bytes > 0)
        {
            int taken = (int)Math.Min(bytes, _pieces[0]);
            _pieces[0] -= taken;
            bytes -= taken;
            if (_pieces[0] == 0)
            {
                _pieces.RemoveAt(0);
            }
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
