using System.Buffers;
using System.IO.Pipelines;

namespace RendezvousCluster.Libp2p.Security.Noise;

/// <summary>Moves the messages of one handshake between a <see cref="HandshakeState"/> and the raw connection.</summary>
internal static class NoiseHandshakeIo
{
    /// <summary>Reads one handshake message; what follows it stays in the reader for the transport phase.</summary>
    /// <exception cref="SecurityHandshakeException">It declares more than <paramref name="maxBytes"/>, or the connection ended.</exception>
    public static async ValueTask<byte[]> ReadAsync(PipeReader reader, int maxBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (NoiseFrame.PeekBodyLength(buffer) > maxBytes)
            {
                reader.AdvanceTo(buffer.Start);
                throw new SecurityHandshakeException(
                    SecurityHandshakeError.Malformed, $"A Noise handshake message declares more than {maxBytes} bytes.");
            }

            if (NoiseFrame.TryRead(ref buffer, out ReadOnlySequence<byte> body))
            {
                byte[] message = body.ToArray();
                reader.AdvanceTo(buffer.Start);
                return message;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCanceled)
            {
                throw new OperationCanceledException("The Noise handshake was cancelled.", cancellationToken);
            }

            if (result.IsCompleted)
            {
                throw EndOfStream();
            }
        }
    }

    /// <summary>Writes the handshake's next message and flushes it.</summary>
    /// <exception cref="SecurityHandshakeException">The connection ended.</exception>
    public static async ValueTask WriteAsync(
        PipeWriter writer, HandshakeState handshake, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        Write(writer, handshake, payload.Span);
        FlushResult flush = await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (flush.IsCanceled)
        {
            throw new OperationCanceledException("The Noise handshake was cancelled.", cancellationToken);
        }

        if (flush.IsCompleted)
        {
            throw EndOfStream();
        }
    }

    private static void Write(PipeWriter writer, HandshakeState handshake, ReadOnlySpan<byte> payload)
    {
        Span<byte> frame = writer.GetSpan(NoiseFrame.LengthBytes + handshake.NextOverheadBytes + payload.Length);
        int bodyBytes = handshake.WriteMessage(payload, frame[NoiseFrame.LengthBytes..]);
        NoiseFrame.WriteLength(frame, bodyBytes);
        writer.Advance(NoiseFrame.LengthBytes + bodyBytes);
    }

    private static SecurityHandshakeException EndOfStream() =>
        new(SecurityHandshakeError.EndOfStream, "The connection ended inside the Noise handshake.");
}
