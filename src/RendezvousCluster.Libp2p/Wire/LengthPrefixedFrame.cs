using System.Buffers;
using System.IO.Pipelines;

namespace RendezvousCluster.Libp2p.Wire;

/// <summary>What <see cref="LengthPrefixedFrame.TryRead"/> found at the front of a buffer.</summary>
public enum FrameReadStatus
{
    /// <summary>The frame has not arrived whole yet.</summary>
    Incomplete,

    /// <summary>One whole frame was taken off the buffer.</summary>
    Complete,

    /// <summary>The declared length is over the limit; nothing of the body needs to be waited for.</summary>
    TooLarge,

    /// <summary>The length prefix is no valid unsigned varint.</summary>
    Malformed,
}

/// <summary>
/// The framing that most libp2p protocols share: <c>uvarint(length) payload</c>. A frame over the caller's limit is refused by its
/// declared length, before its body is buffered.
/// </summary>
public static class LengthPrefixedFrame
{
    /// <summary>Takes one frame off the front of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">The received bytes; on <see cref="FrameReadStatus.Complete"/> it is advanced past the frame.</param>
    /// <param name="maxPayloadBytes">The largest payload accepted, in bytes.</param>
    /// <param name="payload">The payload, a slice of <paramref name="buffer"/>.</param>
    public static FrameReadStatus TryRead(ref ReadOnlySequence<byte> buffer, int maxPayloadBytes, out ReadOnlySequence<byte> payload)
    {
        payload = default;
        OperationStatus status = UnsignedVarint.TryRead(buffer, out ulong length, out int prefixBytes);
        if (status != OperationStatus.Done)
        {
            return status == OperationStatus.NeedMoreData ? FrameReadStatus.Incomplete : FrameReadStatus.Malformed;
        }

        if (length > (ulong)maxPayloadBytes)
        {
            return FrameReadStatus.TooLarge;
        }

        if (buffer.Length < prefixBytes + (long)length)
        {
            return FrameReadStatus.Incomplete;
        }

        payload = buffer.Slice(prefixBytes, (long)length);
        buffer = buffer.Slice(payload.End);
        return FrameReadStatus.Complete;
    }

    /// <summary>
    /// Reads one frame and answers a copy of its payload, or null when the stream ended cleanly before a frame began.
    /// Bytes after the frame stay in <paramref name="reader"/>.
    /// </summary>
    /// <exception cref="InvalidFrameException">The prefix is malformed, the length over the limit, or the stream ended inside a
    /// frame.</exception>
    public static async ValueTask<byte[]?> ReadAsync(PipeReader reader, int maxPayloadBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            switch (TryRead(ref buffer, maxPayloadBytes, out ReadOnlySequence<byte> payload))
            {
                case FrameReadStatus.Complete:
                    byte[] copy = payload.ToArray();
                    reader.AdvanceTo(buffer.Start);
                    return copy;
                case FrameReadStatus.TooLarge:
                    reader.AdvanceTo(buffer.Start);
                    throw new InvalidFrameException($"A frame declares more than {maxPayloadBytes} bytes.");
                case FrameReadStatus.Malformed:
                    reader.AdvanceTo(buffer.Start);
                    throw new InvalidFrameException("The length prefix of a frame is no valid unsigned varint.");
                default:
                    bool nothingPending = buffer.IsEmpty;
                    reader.AdvanceTo(buffer.Start, buffer.End);
                    if (result.IsCompleted)
                    {
                        return nothingPending ? null : throw new InvalidFrameException("The stream ended inside a frame.");
                    }

                    break;
            }
        }
    }

    /// <summary>Appends one frame to <paramref name="writer"/>; the caller flushes.</summary>
    public static void Write(IBufferWriter<byte> writer, ReadOnlySpan<byte> payload)
    {
        Span<byte> prefix = stackalloc byte[UnsignedVarint.MaxBytes];
        int prefixBytes = UnsignedVarint.Write(prefix, (ulong)payload.Length);
        writer.Write(prefix[..prefixBytes]);
        writer.Write(payload);
    }
}
