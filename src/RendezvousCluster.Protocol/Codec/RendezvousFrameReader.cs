using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Protocol.Codec;

/// <summary>
/// Reads the frames of one stream, in order and without copying where the bytes lie together. A frame over the limit is refused by its
/// declared length, before its body is buffered. A frame that has begun must arrive whole within a time; between frames a stream may
/// idle. Not for use by two callers at once.
/// </summary>
public sealed class RendezvousFrameReader : IDisposable
{
    private readonly PipeReader _input;
    private readonly int _maxFrameBytes;
    private readonly TimeSpan _frameTimeout;
    private readonly TimeProvider _timeProvider;
    private ITimer? _timer;
    private long? _frameBegan;
    private SequencePosition? _consumed;
    private byte[]? _rented;

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
        Release();
        while (true)
        {
            ReadResult result = await _input.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            SequencePosition start = buffer.Start;
            switch (LengthPrefixedFrame.TryRead(ref buffer, _maxFrameBytes, out ReadOnlySequence<byte> payload))
            {
                case FrameReadStatus.Complete:
                    StopTimer();
                    return Hold(payload, buffer.Start);
                case FrameReadStatus.TooLarge:
                    _input.AdvanceTo(start);
                    throw new InvalidFrameException($"A frame declares more than {_maxFrameBytes} bytes.");
                case FrameReadStatus.Malformed:
                    _input.AdvanceTo(start);
                    throw new InvalidFrameException("The length prefix of a frame is no valid unsigned varint.");
                default:
                    bool betweenFrames = buffer.IsEmpty;
                    _input.AdvanceTo(start, buffer.End);
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
