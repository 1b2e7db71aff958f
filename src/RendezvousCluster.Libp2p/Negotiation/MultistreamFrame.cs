using System.Buffers;
using System.Text;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Negotiation;

/// <summary>
/// One message of multistream-select 1.0. The length counts the newline, so the shortest legal message is a newline alone.
/// <code>
///   +-----------------+------------------------+------+
///   | uvarint length  | length - 1 bytes UTF-8 | 0x0A |      13 2f 6d 75 … 30 0a   "/multistream/1.0.0\n"
///   +-----------------+------------------------+------+      03 6e 61 0a           "na\n"
///     1 or 2 bytes
/// </code>
/// </summary>
internal static class MultistreamFrame
{
    // js and rust refuse a third length byte as well: no line may take more than 16 383 bytes, regardless of the limit in force.
    private const int MaxLengthBytes = 2;

    private const byte NewLine = (byte)'\n';

    /// <summary>The line that opens a negotiation on both sides.</summary>
    public static ReadOnlySpan<byte> Header => "/multistream/1.0.0"u8;

    /// <summary>The listener's "not available", the answer to a proposal it does not know.</summary>
    public static ReadOnlySpan<byte> NotAvailable => "na"u8;

    /// <summary>Takes one message off the front of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">The received bytes; on <see cref="FrameReadStatus.Complete"/> it is advanced past the message.</param>
    /// <param name="maxLineBytes">The largest line accepted, newline included.</param>
    /// <param name="line">The line without its newline, a slice of <paramref name="buffer"/>.</param>
    public static FrameReadStatus TryRead(ref ReadOnlySequence<byte> buffer, int maxLineBytes, out ReadOnlySequence<byte> line)
    {
        line = default;
        if (buffer.Length >= MaxLengthBytes && HasLongerLengthPrefix(buffer))
        {
            return FrameReadStatus.TooLarge;
        }

        FrameReadStatus status = LengthPrefixedFrame.TryRead(ref buffer, maxLineBytes, out ReadOnlySequence<byte> message);
        if (status != FrameReadStatus.Complete)
        {
            return status;
        }

        if (message.IsEmpty || message.Slice(message.Length - 1).FirstSpan[0] != NewLine)
        {
            return FrameReadStatus.Malformed;
        }

        line = message.Slice(0, message.Length - 1);
        return FrameReadStatus.Complete;
    }

    /// <summary>Appends one message to <paramref name="writer"/>; the caller flushes.</summary>
    public static void Write(IBufferWriter<byte> writer, ReadOnlySpan<byte> line)
    {
        Span<byte> span = writer.GetSpan(UnsignedVarint.MaxBytes + line.Length + 1);
        int written = UnsignedVarint.Write(span, (ulong)line.Length + 1);
        line.CopyTo(span[written..]);
        written += line.Length;
        span[written++] = NewLine;
        writer.Advance(written);
    }

    /// <summary>Appends one message that holds <paramref name="line"/> as UTF-8; the caller flushes.</summary>
    public static void Write(IBufferWriter<byte> writer, string line)
    {
        int lineBytes = Encoding.UTF8.GetByteCount(line);
        Span<byte> span = writer.GetSpan(UnsignedVarint.MaxBytes + lineBytes + 1);
        int written = UnsignedVarint.Write(span, (ulong)lineBytes + 1);
        written += Encoding.UTF8.GetBytes(line, span[written..]);
        span[written++] = NewLine;
        writer.Advance(written);
    }

    /// <summary>Whether <paramref name="line"/> consists of exactly the bytes of <paramref name="expected"/>.</summary>
    public static bool Is(in ReadOnlySequence<byte> line, ReadOnlySpan<byte> expected)
    {
        if (line.Length != expected.Length)
        {
            return false;
        }

        ReadOnlySequence<byte> rest = line;
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<byte> part = rest.FirstSpan;
            if (!expected.StartsWith(part))
            {
                return false;
            }

            expected = expected[part.Length..];
            rest = rest.Slice(part.Length);
        }

        return true;
    }

    private static bool HasLongerLengthPrefix(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> prefix = stackalloc byte[MaxLengthBytes];
        buffer.Slice(0, MaxLengthBytes).CopyTo(prefix);
        return prefix[0] >= 0x80 && prefix[1] >= 0x80;
    }
}
