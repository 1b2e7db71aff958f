using System.Buffers;

namespace RendezvousCluster.Protocol.Codec;

/// <summary>
/// One pooled array to encode into, part by part. It grows where what is written turns out larger. Not thread-safe; after
/// <see cref="Dispose"/> its memory is somebody else's.
/// </summary>
/// <param name="capacity">How many bytes are expected.</param>
internal sealed class FlatBuffer(int capacity) : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);
    private int _count;

    /// <summary>What is written so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _count);

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_bytes.Length - _count), nameof(count));
        _count += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _bytes.AsMemory(_count);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _bytes.AsSpan(_count);
    }

    /// <summary>Gives the array back. Idempotent.</summary>
    public void Dispose()
    {
        byte[] bytes = _bytes;
        _bytes = [];
        _count = 0;
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private void MakeRoom(int sizeHint)
    {
        int wanted = Math.Max(sizeHint, 1);
        if (_bytes.Length - _count >= wanted)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_count + wanted, 2 * _bytes.Length));
        Written.CopyTo(larger);
        int count = _count;
        Dispose();
        _bytes = larger;
        _count = count;
    }
}
