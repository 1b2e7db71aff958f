using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Protocol.Codec;

/// <summary>
/// Reads the frames of one stream, in order and without copying where the bytes lie together. A frame over the limit is refused by its
/// declared length, before its body is buffered. A frame that has begun must arrive whole within a time; between frames a stream may
/// idle. Not for use by two callers at once.
/// </summary>
/// <remarks>
/// A short frame is waited for where it lies, in the stream's own buffer, where it counts against the connection's bounds. A stream's
/// window opens only for bytes that were consumed, so of a long frame the bytes are taken out as they come, into memory that grows with
/// them.
/// </remarks>
public sealed class RendezvousFrameReader : IDisposable
{
    /// <summary>
    /// What may wait where it lies. Muxers open a window of 256 KiB again when half of it was consumed, so at least the other half is
    /// always open or full; this stays well below it.
    /// </summary>
    private const int MaxInPlaceBytes = 64 * 1024;

    private readonly PipeReader _input;
    private readonly int _maxFrameBytes;
    private readonly TimeSpan _frameTimeout;
    private readonly TimeProvider _timeProvider;
    private ITimer? _timer;
    private long? _frameBegan;
    private SequencePosition? _consumed;
    private byte[]? _rented;

    // Of the long frame that is being gathered in the rented array: its length (0 while no such frame is there), and how much of it is
    // there.
    private int _longFrameBytes;
    private int _gatheredBytes;

    /// <summary>Starts reading.</summary>
    /// <param name="input">The stream.</param>
    /// <param name="maxFrameBytes">The largest message accepted, in bytes.</param>
    /// <param name="frameTimeout">How long a frame may take from its first byte to its last; <see cref="Timeout.InfiniteTimeSpan"/> for
    /// no bound.</param>
    /// <param name="timeProvider">The clock.</param>
    public RendezvousFrameReader(PipeReader input, int maxFrameBytes, TimeSpan frameTimeout, TimeProvider timeProvider)
    {
        _input = input;
        _maxFrameBytes = maxFrameBytes;
        _frameTimeout = frameTimeout;
        _timeProvider = timeProvider;
    }

    /// <summary>
    /// The next frame's payload, or null when the stream ended between frames. The memory is valid until the next call, or until disposal.
    /// </summary>
    /// <exception cref="InvalidFrameException">The prefix is malformed, the frame too long, too slow, or cut off.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_longFrameBytes == 0)
        {
            Release();
        }

        while (true)
        {
            ReadResult result = await _input.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            SequencePosition start = buffer.Start;
            bool isLong = _longFrameBytes > 0 || buffer.Length > MaxInPlaceBytes;
            switch (isLong ? TryGather(ref buffer, out ReadOnlySequence<byte> payload) : TryTake(ref buffer, out payload))
            {
                case FrameReadStatus.Complete:
                    StopTimer();
                    return _longFrameBytes > 0 ? HoldGathered(buffer.Start) : Hold(payload, buffer.Start);
                case FrameReadStatus.TooLarge:
                    _input.AdvanceTo(start);
                    throw new InvalidFrameException($"A frame declares more than {_maxFrameBytes} bytes.");
                case FrameReadStatus.Malformed:
                    _input.AdvanceTo(start);
                    throw new InvalidFrameException("The length prefix of a frame is not a valid unsigned varint.");
                default:
                    bool betweenFrames = buffer.IsEmpty && _longFrameBytes == 0;
                    _input.AdvanceTo(buffer.Start, buffer.End);
                    if (result.IsCompleted)
                    {
                        return betweenFrames ? null : throw new InvalidFrameException("The stream ended inside a frame.");
                    }

                    if (!betweenFrames)
                    {
                        CheckTimer();
                    }

                    break;
            }
        }
    }

    /// <summary>Gives back what is held; the stream stays open.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        Release();
    }

    private FrameReadStatus TryTake(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> payload) =>
        LengthPrefixedFrame.TryRead(ref buffer, _maxFrameBytes, out payload);

    /// <summary>Takes the frame at the front if it is whole, and otherwise everything that is there of it.</summary>
    private FrameReadStatus TryGather(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> payload)
    {
        payload = default;
        if (_longFrameBytes == 0)
        {
            FrameReadStatus status = TryTake(ref buffer, out payload);
            if (status != FrameReadStatus.Incomplete)
            {
                return status;
            }

            LengthPrefixedFrame.TryReadPrefix(ref buffer, _maxFrameBytes, out _longFrameBytes);
        }

        int taken = (int)Math.Min(buffer.Length, _longFrameBytes - _gatheredBytes);
        GrowTo(_gatheredBytes + taken);
        buffer.Slice(0, taken).CopyTo(_rented.AsSpan(_gatheredBytes));
        buffer = buffer.Slice(taken);
        _gatheredBytes += taken;
        return _gatheredBytes == _longFrameBytes ? FrameReadStatus.Complete : FrameReadStatus.Incomplete;
    }

    private void GrowTo(int bytes)
    {
        if (_rented?.Length >= bytes)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(_longFrameBytes, 2L * bytes));
        if (_rented is { } smaller)
        {
            smaller.AsSpan(0, _gatheredBytes).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(smaller);
        }

        _rented = larger;
    }

    private ReadOnlyMemory<byte> HoldGathered(SequencePosition end)
    {
        _input.AdvanceTo(end);
        int length = _longFrameBytes;
        _longFrameBytes = _gatheredBytes = 0;
        return _rented.AsMemory(0, length);
    }

    private ReadOnlyMemory<byte> Hold(ReadOnlySequence<byte> payload, SequencePosition end)
    {
        if (payload.IsSingleSegment)
        {
            _consumed = end;
            return payload.First;
        }

        int length = (int)payload.Length;
        _rented = ArrayPool<byte>.Shared.Rent(length);
        payload.CopyTo(_rented);
        _input.AdvanceTo(end);
        return _rented.AsMemory(0, length);
    }

    private void Release()
    {
        if (_consumed is { } consumed)
        {
            _consumed = null;
            _input.AdvanceTo(consumed);
        }

        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    // Called whenever part of a frame is there. The timer only wakes the pending read; whether the frame is overdue is decided here, so a
    // wake-up that comes late (for a frame that has arrived meanwhile) or early does no harm.
    private void CheckTimer()
    {
        if (_frameTimeout == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        if (_frameBegan is not { } began)
        {
            _frameBegan = _timeProvider.GetTimestamp();
            _timer ??= _timeProvider.CreateTimer(Wake, _input, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(_frameTimeout, Timeout.InfiniteTimeSpan);
            return;
        }

        TimeSpan left = _frameTimeout - _timeProvider.GetElapsedTime(began);
        if (left <= TimeSpan.Zero)
        {
            throw new InvalidFrameException($"A frame took longer than {_frameTimeout.TotalSeconds} s to arrive.");
        }

        _timer!.Change(left, Timeout.InfiniteTimeSpan);
    }

    private static void Wake(object? input) => ((PipeReader)input!).CancelPendingRead();

    private void StopTimer()
    {
        if (_frameBegan is not null)
        {
            _frameBegan = null;
            _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
