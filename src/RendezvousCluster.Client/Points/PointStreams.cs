using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Muxing;

namespace RendezvousCluster.Client.Points;

/// <summary>The ends of streams.</summary>
internal static class PointStreams
{
    /// <summary>Reads and forgets what comes until the remote closes its side, but not for ever: the caller's token bounds it.</summary>
    /// <exception cref="MuxerStreamException">The stream was reset.</exception>
    public static async ValueTask ReadToEndAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await stream.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            stream.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Waits a moment for the remote to close its side of an answered stream. Disposing at once would reset a stream that is about to end well,
    /// and fill the point's logs with resets.
    /// </summary>
    public static async ValueTask FinishAsync(Libp2pStream stream, TimeSpan patience, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await ReadToEndAsync(stream, either.Token).ConfigureAwait(false);
        }
        catch (MuxerStreamException)
        {
            return; // the remote has ended it in its own way
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return; // the dispose resets it
        }
    }
}
