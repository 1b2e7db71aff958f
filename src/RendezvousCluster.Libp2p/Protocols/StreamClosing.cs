using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Muxing;

namespace RendezvousCluster.Libp2p.Protocols;

/// <summary>The orderly end of a stream.</summary>
internal static class StreamClosing
{
    /// <summary>
    /// Half-closes and waits until the remote has done so too. Disposing at once would reset the stream, and a reset can overtake what was
    /// written: the remote would lose the answer. Nothing more is expected: data, a reset and the end of the time all end the wait.
    /// </summary>
    /// <param name="stream">The stream; the caller disposes it.</param>
    /// <param name="cancellationToken">Ends the wait without an exception; the dispose that follows then resets the stream.</param>
    public static async ValueTask FinishAsync(this Libp2pStream stream, CancellationToken cancellationToken)
    {
        try
        {
            await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
            ReadResult result = await stream.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            stream.Input.AdvanceTo(result.Buffer.End);
        }
        catch (MuxerStreamException)
        {
            return; // the remote has reset it: it has read what it wanted
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // it took too long; the dispose resets
        }
    }
}
