using System.Buffers;
using System.Buffers.Binary;

namespace RendezvousCluster.Registry.Links;

/// <summary>
/// What waits for being written to a link, in order. Frames that have come in while one write was under way go with the next, so that a
/// busy link costs few system calls, and an idle one does not wait for company. Safe for use from several threads.
/// </summary>
/// <param name="stream">Where it goes; not disposed of.</param>
/// <param name="maxBytes">More does not wait here; a single message always may.</param>
/// <param name="failed">Called once when a write fails; nothing is taken any more then.</param>
internal sealed class Outbox(Stream stream, int maxBytes, Action failed) : IThreadPoolWorkItem
{
    // Kept by an idle link. A burst may need more for a moment.
    private const int KeptBytes = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ArrayBufferWriter<byte> _waiting = new();
    private ArrayBufferWriter<byte> _underWay = new();
    private bool _isWriting;
    private bool _isClosed;

    /// <summary>Takes a message; false when it is full or closed, and it has not taken it.</summary>
    public bool TryAdd(ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            int size = FrameReader.PrefixBytes + message.Length;
            if (_isClosed || (_waiting.WrittenCount > 0 && _waiting.WrittenCount + size > maxBytes))
            {
                return false;
            }

            Span<byte> frame = _waiting.GetSpan(size);
            BinaryPrimitives.WriteInt32LittleEndian(frame, message.Length);
            message.CopyTo(frame[FrameReader.PrefixBytes..]);
            _waiting.Advance(size);
            if (_isWriting)
            {
                return true;
            }

            _isWriting = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return true;
    }

    /// <summary>Takes nothing more; ends when all that it had taken is written, or cannot be.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _isClosed = true;
            if (!_isWriting)
            {
                _emptied.TrySetResult();
            }
        }

        return _emptied.Task;
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => _ = WriteAsync();

    private async Task WriteAsync()
    {
        try
        {
            while (TryTake())
            {
                await stream.WriteAsync(_underWay.WrittenMemory).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (LinkEnd.IsOne(exception))
        {
            lock (_lock)
            {
                _isClosed = true;
                _isWriting = false;
                (_waiting, _underWay) = (new(), new());
            }

            _emptied.TrySetResult();
            failed();
        }
    }

    private bool TryTake()
    {
        lock (_lock)
        {
            if (_underWay.Capacity > KeptBytes)
            {
                _underWay = new();
            }

            _underWay.ResetWrittenCount();
            if (_waiting.WrittenCount > 0)
            {
                (_waiting, _underWay) = (_underWay, _waiting);
                return true;
            }

            _isWriting = false;
            if (_isClosed)
            {
                _emptied.TrySetResult();
            }

            return false;
        }
    }
}
