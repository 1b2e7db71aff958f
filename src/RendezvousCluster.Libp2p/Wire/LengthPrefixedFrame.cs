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

    /// <summary>The length prefix is not a valid unsigned varint.</summary>
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
        ReadOnlySequence<byte> body = buffer;
        FrameReadStatus status = TryReadPrefix(ref body, maxPayloadBytes, out int payloadBytes);
        if (status != FrameReadStatus.Complete)
        {
            return status;
        }

        if (body.Length < payloadBytes)
        {
            return FrameReadStatus.Incomplete;
        }

        payload = body.Slice(0, payloadBytes);
        buffer = body.Slice(payload.End);
        return FrameReadStatus.Complete;
    }

    /// <summary>Takes the length off the front of <paramref name="buffer"/>, before anything of the body need be there.</summary>
    /// <param name="buffer">The received bytes; on <see cref="FrameReadStatus.Complete"/> it begins with the body.</param>
    /// <param name="maxPayloadBytes">The largest payload accepted, in bytes.</param>
    /// <param name="payloadBytes">How long the body is.</param>
    public static FrameReadStatus TryReadPrefix(ref ReadOnlySequence<byte> buffer, int maxPayloadBytes, out int payloadBytes)
    {
        payloadBytes = 0;
        OperationStatus status = UnsignedVarint.TryRead(buffer, out ulong length, out int prefixBytes);
        if (status != OperationStatus.Done)
        {
            return status == OperationStatus.NeedMoreData ? FrameReadStatus.Incomplete : FrameReadStatus.Malformed;
        }

        if (length > (ulong)maxPayloadBytes)
        {
            return FrameReadStatus.TooLarge;
        }

        payloadBytes = (int)length;
        buffer = buffer.Slice(prefixBytes);
        return FrameReadStatus.Complete;
    }

    /// <summary>
    /// Reads one frame and answers its payload, or null when the stream ended cleanly before a frame began.
    /// Bytes after the frame stay in <paramref name="reader"/>. A read that is given up inside a frame leaves the rest of it unreadable.
    /// </summary>
    /// <remarks>
    /// The body is taken off the reader as it comes: a muxer opens a stream's window only for bytes that were consumed, so a frame larger
    /// than the window would never arrive whole in the reader. Memory grows with what has arrived, never with what the prefix declares.
    /// </remarks>
    /// <exception cref="InvalidFrameException">The prefix is malformed, the length over the limit, or the stream ended inside a
    /// frame.</exception>
    public static async ValueTask<byte[]?> ReadAsync(PipeReader reader, int maxPayloadBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            switch (TryReadPrefix(ref buffer, maxPayloadBytes, out int payloadBytes))
            {
                case FrameReadStatus.Complete:
                    return await ReadBodyAsync(reader, buffer, result.IsCompleted, payloadBytes, cancellationToken).ConfigureAwait(false);
                case FrameReadStatus.TooLarge:
                    reader.AdvanceTo(buffer.Start);
                    throw new InvalidFrameException($"A frame declares more than {maxPayloadBytes} bytes.");
                case FrameReadStatus.Malformed:
                    reader.AdvanceTo(buffer.Start);
                    throw new InvalidFrameException("The length prefix of a frame is not a valid unsigned varint.");
                default:
                    bool nothingPending = buffer.IsEmpty;
                    reader.AdvanceTo(buffer.Start, buffer.End);
                    if (result.IsCompleted)
                    {
                        return nothingPending ? null : throw CutOff();
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

    private static async ValueTask<byte[]> ReadBodyAsync(
        PipeReader reader, ReadOnlySequence<byte> buffer, bool isCompleted, int payloadBytes, CancellationToken cancellationToken)
    {
        byte[] body = [];
        int filledBytes = 0;
        while (true)
        {
            int taken = (int)Math.Min(buffer.Length, payloadBytes - filledBytes);
            if (filledBytes + taken > body.Length)
            {
                // Twice what has arrived at most; the last growth ends at the frame's own length.
                Array.Resize(ref body, (int)Math.Min(payloadBytes, 2L * (filledBytes + taken)));
            }

            ReadOnlySequence<byte> part = buffer.Slice(0, taken);
            part.CopyTo(body.AsSpan(filledBytes));
            filledBytes += taken;
            reader.AdvanceTo(part.End);
            if (filledBytes == payloadBytes)
            {
                return body;
            }

            if (isCompleted)
            {
                throw CutOff();
            }

            ReadResult result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            buffer = result.Buffer;
            isCompleted = result.IsCompleted;
        }
    }

    private static InvalidFrameException CutOff() => new("The stream ended inside a frame.");
}
