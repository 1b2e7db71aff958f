using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Protocol.Codec;

/// <summary>
/// Writes messages as frames, <c>uvarint(length) message</c>, and flushes them. A large page is flushed in portions, so that a reader that
/// is slow, or gone, leaves a portion waiting and not a megabyte.
/// <para>
/// A frame, or a portion, is encoded in one flat buffer first, and copied into the stream in one go: a record has a dozen small parts, and
/// each part that a stream takes costs it two locks.
/// </para>
/// </summary>
public static class RendezvousFrameWriter
{
    /// <summary>How much of a page is written before a flush waits for the remote: four of the muxer's 16 KiB frames.</summary>
    public const int PortionBytes = 64 * 1024;

    /// <summary>
    /// The bytes left free behind the entries of a portion: for the end of a page (a cookie of 85 bytes, a status), and because the writer
    /// of a small field asks for more than the field takes. Without it a buffer that is all but full would be exchanged for a larger one.
    /// </summary>
    private const int SpareBytes = 256;

    /// <summary>Writes one frame and flushes it.</summary>
    /// <param name="output">The stream.</param>
    /// <param name="message">A request or a response.</param>
    /// <param name="cancellationToken">Gives up; the stream is then to be reset, as a frame may be half written.</param>
    public static ValueTask<FlushResult> WriteAsync(PipeWriter output, RendezvousMessage message, CancellationToken cancellationToken) =>
        WriteAsync(output, message, RendezvousMessageCodec.Measure(message), cancellationToken);

    /// <summary>The same, of a message that is measured already.</summary>
    /// <param name="output">The stream.</param>
    /// <param name="message">A request or a response.</param>
    /// <param name="size">Its size, by <see cref="RendezvousMessageCodec.Measure"/>.</param>
    /// <param name="cancellationToken">Gives up; the stream is then to be reset, as a frame may be half written.</param>
    internal static ValueTask<FlushResult> WriteAsync(
        PipeWriter output, RendezvousMessage message, MessageSize size, CancellationToken cancellationToken)
    {
        if (size.Bytes > PortionBytes && message is DiscoverResponse page)
        {
            return WritePageAsync(output, page, size, cancellationToken);
        }

        using (var frame = new FlatBuffer(size.Bytes + SpareBytes))
        {
            WritePrefix(frame, size);
            RendezvousMessageCodec.Write(frame, message, size);
            output.Write(frame.Written);
        }

        return output.FlushAsync(cancellationToken);
    }

    private static async ValueTask<FlushResult> WritePageAsync(
        PipeWriter output, DiscoverResponse page, MessageSize size, CancellationToken cancellationToken)
    {
        int next = 0;
        while (WritePortion(output, page, size, ref next))
        {
            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    // Writes from the entry at next as many as a portion holds, and at least one; answers whether more follow. The buffer lives no longer
    // than this call: while the remote reads, the portion lies in the stream and nowhere else.
    private static bool WritePortion(PipeWriter output, DiscoverResponse page, MessageSize size, ref int next)
    {
        using var portion = new FlatBuffer(PortionBytes);
        if (next == 0)
        {
            WritePrefix(portion, size);
            RendezvousMessageCodec.WriteHead(portion, page, size);
        }

        int first = next;
        for (; next < page.Registrations.Count; next++)
        {
            Registration registration = page.Registrations[next];
            int bytes = portion.Written.Length + RendezvousMessageCodec.RegistrationFieldSize(registration);
            if (next > first && bytes > PortionBytes - SpareBytes)
            {
                break;
            }

            RendezvousMessageCodec.WriteRegistration(portion, registration);
        }

        bool more = next < page.Registrations.Count;
        if (!more)
        {
            RendezvousMessageCodec.WriteDiscoverTail(portion, page);
        }

        output.Write(portion.Written);
        return more;
    }

    private static void WritePrefix(FlatBuffer output, MessageSize size)
    {
        Span<byte> prefix = output.GetSpan(UnsignedVarint.MaxBytes);
        output.Advance(UnsignedVarint.Write(prefix, (ulong)size.Bytes));
    }
}
