using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Client.Points;

/// <summary>How a point ended its side of a stream.</summary>
internal enum StreamEnding
{
    /// <summary>By closing it, as most do.</summary>
    Closed,

    /// <summary>By a reset. Go's points end every stream so as soon as the client has closed its side.</summary>
    Reset,

    /// <summary>Not at all, within the time that it was given.</summary>
    LeftOpen,
}

/// <summary>The beginnings and the ends of streams.</summary>
internal static class PointStreams
{
    /// <summary>
    /// Writes a request; false when the point reset the stream meanwhile. An answer before that can still be read: a point that serves
    /// one request and resets may be done before this side has noticed that its own write is.
    /// </summary>
    public static async ValueTask<bool> TrySendAsync(Libp2pStream stream, RendezvousMessage request, CancellationToken cancellationToken)
    {
        try
        {
            await RendezvousFrameWriter.WriteAsync(stream.Output, request, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (MuxerStreamException exception) when (exception.Reason == StreamEndReason.ResetByRemote)
        {
            return false;
        }
    }

    /// <summary>
    /// Half-closes, and waits a moment for the point to close its side too. Disposing at once would reset a stream that is about to end
    /// well, and fill the point's logs with resets.
    /// </summary>
    /// <exception cref="MuxerStreamException">Something else than the point ended the stream.</exception>
    public static async ValueTask<StreamEnding> FinishAsync(
        Libp2pStream stream, TimeSpan limit, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await stream.CloseWriteAsync(either.Token).ConfigureAwait(false);
            await ReadToEndAsync(stream, either.Token).ConfigureAwait(false);
            return StreamEnding.Closed;
        }
        catch (MuxerStreamException exception) when (exception.Reason == StreamEndReason.ResetByRemote)
        {
            return StreamEnding.Reset;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return StreamEnding.LeftOpen; // the dispose resets it
        }
    }

    // Reads and forgets what comes: the time bounds it.
    private static async ValueTask ReadToEndAsync(Libp2pStream stream, CancellationToken cancellationToken)
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
}
