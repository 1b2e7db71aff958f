using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Protocol.Codec;

/// <summary>
/// Writes messages as frames, <c>uvarint(length) message</c>, and flushes them. A large page is flushed in portions, so that a reader that
/// is slow, or gone, leaves a portion waiting and not a megabyte.
/// </summary>
public static class RendezvousFrameWriter
{
    /// <summary>How much of a page is written before a flush waits for the remote: four of the muxer's 16 KiB frames.</summary>
    public const int PortionBytes = 64 * 1024;

    /// <summary>Writes one frame and flushes it.</summary>
    /// <param name="output">The stream.</param>
    /// <param name="message">A request or a response.</param>
    /// <param name="cancellationToken">Gives up; the stream is then to be reset, as a frame may be half written.</param>
    public static ValueTask<FlushResult> WriteAsync(PipeWriter output, RendezvousMessage message, CancellationToken cancellationToken)
    {
        int size = RendezvousMessageCodec.Size(message);
        Span<byte> prefix = output.GetSpan(UnsignedVarint.MaxBytes);
        output.Advance(UnsignedVarint.Write(prefix, (ulong)size));
        if (size > PortionBytes && message is DiscoverResponse page)
        {
            return WritePageAsync(output, page, cancellationToken);
        }

        RendezvousMessageCodec.Write(output, message);
        return output.FlushAsync(cancellationToken);
    }

    private static async ValueTask<FlushResult> WritePageAsync(
        PipeWriter output, DiscoverResponse page, CancellationToken cancellationToken)
    {
        RendezvousMessageCodec.WriteHead(output, page);
        int unflushed = 0;
        foreach (Registration registration in page.Registrations)
        {
            unflushed += RendezvousMessageCodec.RegistrationFieldSize(registration);
            if (unflushed > PortionBytes)
            {
                await output.FlushAsync(cancellationToken).ConfigureAwait(false);
                unflushed = RendezvousMessageCodec.RegistrationFieldSize(registration);
            }

            RendezvousMessageCodec.WriteRegistration(output, registration);
        }

        RendezvousMessageCodec.WriteDiscoverTail(output, page);
        return await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
