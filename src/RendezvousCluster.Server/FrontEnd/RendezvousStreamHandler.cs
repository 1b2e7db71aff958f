using System.IO.Pipelines;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Server.FrontEnd.Turns;

namespace RendezvousCluster.Server.FrontEnd;

// Request path, step 7: read a bounded frame and decode it.
/// <summary>
/// The server's side of a rendezvous stream. The rules it keeps:
/// <list type="bullet">
/// <item>Requests are served one after the other and answered in order, as many as the peer sends. The spec says nothing of it; Go and
/// JavaScript send many per stream, rust and nim one.</item>
/// <item>A half-close means "no more requests", not "no more interest": what was asked is still answered, then this side closes too.</item>
/// <item>A request that can be decoded is answered with a status, however wrong it is. Bytes that cannot be decoded, and messages other
/// than requests, end the stream by a reset: there is no way to find the next frame, or nobody to answer. The connection lives on, and so
/// do its other streams.</item>
/// <item>UNREGISTER has no response, so the peer takes silence for done. When it is not known to be done, the stream is reset: the only
/// way left to say so.</item>
/// <item>The peer's silence between requests is its own business. Half a request, or an answer that is not read, holds memory here: both
/// have a time limit.</item>
/// </list>
/// </summary>
internal sealed partial class RendezvousStreamHandler(
    RequestPipeline pipeline,
    TurnQueue turns,
    ConnectionStates connections,
    FrontEndOptions options,
    FrontEndMetrics metrics,
    TimeProvider timeProvider,
    ILogger<RendezvousStreamHandler> logger) : IStreamHandler
{
    private readonly RendezvousLimits _limits = options.Limits;

    public IReadOnlyList<string> ProtocolIds => options.ProtocolIds;

    public async Task HandleAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        ConnectionState peer = connections.Of(stream.Connection);
        peer.Notice(stream.ProtocolId);
        if (!peer.TryOpenStream())
        {
            Reset(stream, "stream_limit", $"more than {_limits.MaxStreamsPerConnection} streams on one connection");
            return;
        }

        try
        {
            await ServeAsync(stream, peer, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidFrameException exception) when (!stream.HasEnded)
        {
            Reset(stream, "invalid_frame", exception.Message);
        }
        catch (Libp2pException exception)
        {
            LogStreamEnded(logger, peer.Peer, exception.Message);
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            LogStreamEnded(logger, peer.Peer, exception.Message);
        }
        finally
        {
            peer.CloseStream();
        }
    }

    private async Task ServeAsync(Libp2pStream stream, ConnectionState peer, CancellationToken cancellationToken)
    {
        using var frames = new RendezvousFrameReader(stream.InputUntilReset, _limits.MaxRequestBytes, _limits.FrameTimeout, timeProvider);
        using var deadline = new RequestDeadline(timeProvider, cancellationToken);
        while (await frames.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
        {
            if (!RendezvousMessageCodec.TryDecode(frame, out RendezvousMessage? message) || message is not RendezvousRequest request)
            {
                throw new InvalidFrameException("A frame holds no rendezvous request.");
            }

            // It lies in the reader, or in an array of its own, until it is served.
            long held = frame.Length;
            stream.Connection.Account.Add(held);
            try
            {
                if (!await TryServeAsync(request, stream, peer, deadline, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }
            }
            finally
            {
                stream.Connection.Account.Add(-held);
            }
        }

        // A client that has its answers may as well reset the stream, as Go's does.
        if (!stream.HasEnded)
        {
            await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // Answers whether the stream goes on. The request holds its place among the connection's until its answer is written: a peer that
    // does not read has that many pages waiting here, and no more.
    private async ValueTask<bool> TryServeAsync(
        RendezvousRequest request, Libp2pStream stream, ConnectionState peer, RequestDeadline deadline, CancellationToken cancellationToken)
    {
        CancellationToken due = deadline.Start(_limits.RequestTimeout);
        var turn = new Turn(peer.Turns, isPage: request is DiscoverRequest);
        ValueTask<bool> beginning = peer.TryBeginRequestAsync(due, cancellationToken);
        if (!beginning.IsCompleted)
        {
            metrics.HeldBack("requests_in_flight_per_connection");
        }

        bool begun = await beginning.ConfigureAwait(false);
        try
        {
            Answer answer = begun
                ? await pipeline.ServeAsync(request, peer, turn, due, cancellationToken).ConfigureAwait(false)
                : pipeline.RefuseLate(request, peer);
            if (answer.Response is not null)
            {
                try
                {
                    return await TryWriteAsync(stream, answer.Response, turn, deadline, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    ((answer.Response as DiscoverResponse)?.Registrations as PageEntries)?.Release();
                }
            }

            if (answer.Status != RendezvousStatus.Ok)
            {
                Reset(stream, "unregister_unconfirmed", $"UNREGISTER is not known to be done: {answer.Status}");
                return false;
            }

            return true;
        }
        finally
        {
            deadline.Stop();
            turns.End(turn);
            if (begun)
            {
                peer.EndRequest();
            }
        }
    }

    private async ValueTask<bool> TryWriteAsync(
        Libp2pStream stream, RendezvousMessage response, Turn turn, RequestDeadline deadline, CancellationToken cancellationToken)
    {
        // Of a large page only a portion lies in the stream at a time, which counts it; the rest waits here.
        MessageSize size = RendezvousMessageCodec.Measure(response);
        int pageBytes = response is DiscoverResponse ? size.Bytes : 0;
        long held = pageBytes > RendezvousFrameWriter.PortionBytes ? pageBytes : 0;
        stream.Connection.Account.Add(held);
        turns.Weigh(turn, pageBytes);
        turns.AddUnsent(turn.Place, held);
        try
        {
            CancellationToken due = deadline.Start(_limits.ResponseWriteTimeout);
            ValueTask<FlushResult> writing = RendezvousFrameWriter.WriteAsync(stream.Output, response, size, due);
            if (held == 0)
            {
                // All is encoded; what is left is the connection's business.
                turns.End(turn);
            }
            else if (!writing.IsCompleted)
            {
                turns.EndSoon(turn);
            }

            await writing.ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Reset(stream, "slow_reader", "the answer was not read in time");
            return false;
        }
        finally
        {
            turns.AddUnsent(turn.Place, -held);
            stream.Connection.Account.Add(-held);
        }
    }

    private void Reset(Libp2pStream stream, string reason, string detail)
    {
        metrics.StreamReset(reason);
        LogReset(logger, stream.Connection.RemotePeer, detail);
        stream.Reset();
    }
}
