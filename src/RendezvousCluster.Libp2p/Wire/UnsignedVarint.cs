using System.Buffers;

namespace RendezvousCluster.Libp2p.Wire;

/// <summary>
/// Unsigned LEB128 as the multiformats "unsigned-varint" spec narrows it: at most nine bytes (63 bits) and minimal, that is,
/// the last byte is never zero unless it is the only one.
/// </summary>
public static class UnsignedVarint
{
    /// <summary>Nine groups of seven bits: the longest encoding the spec allows.</summary>
    public const int MaxBytes = 9;

    /// <summary>
    /// How many bytes <paramref name="value"/> takes, 1 to 9 (10 for values of more than 63 bits, which protobuf allows).
    /// </summary>
    public static int Size(ulong value)
    {
        int size = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            size++;
        }

        return size;
    }

    /// <summary>Writes <paramref name="value"/> at the start of <paramref name="destination"/> and answers the bytes written.</summary>
    public static int Write(Span<byte> destination, ulong value)
    {
        int index = 0;
        while (value >= 0x80)
        {
            destination[index++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[index++] = (byte)value;
        return index;
    }

    /// <summary>Reads one varint from the front of <paramref name="source"/>.</summary>
    /// <param name="source">Bytes that begin with a varint.</param>
    /// <param name="value">The number, when the answer is <see cref="OperationStatus.Done"/>.</param>
    /// <param name="bytesRead">The bytes it took.</param>
    /// <returns>
    /// <see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> when the source ends inside it, or
    /// <see cref="OperationStatus.InvalidData"/> when it is longer than nine bytes or not minimal.
    /// </returns>
    public static OperationStatus TryRead(ReadOnlySpan<byte> source, out ulong value, out int bytesRead)
    {
        value = 0;
        bytesRead = 0;
        for (int index = 0; index < source.Length && index < MaxBytes; index++)
        {
            byte current = source[index];
            value |= (ulong)(current & 0x7F) << (7 * index);
            if (current < 0x80)
            {
                bytesRead = index + 1;
                return current == 0 && index > 0 ? OperationStatus.InvalidData : OperationStatus.Done;
            }
        }

        return source.Length >= MaxBytes ? OperationStatus.InvalidData : OperationStatus.NeedMoreData;
    }

    /// <summary>The same over a sequence that may be cut anywhere.</summary>
    public static OperationStatus TryRead(in ReadOnlySequence<byte> source, out ulong value, out int bytesRead)
    {
        if (source.FirstSpan.Length >= MaxBytes || source.IsSingleSegment)
        {
            return TryRead(source.FirstSpan, out value, out bytesRead);
        }

        Span<byte> head = stackalloc byte[MaxBytes];
        int length = (int)Math.Min(source.Length, MaxBytes);
        source.Slice(0, length).CopyTo(head);
        return TryRead(head[..length], out value, out bytesRead);
    }
}
