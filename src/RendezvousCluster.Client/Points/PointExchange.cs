using RendezvousCluster.Client.Errors;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Client.Points;

/// <summary>
/// What is said to a point on one stream. The rules it keeps:
/// <list type="bullet">
/// <item>One stream per request: the one habit that every server understands. rust and nim serve a single request per stream.</item>
/// <item>A stream is half-closed when its answer is read, not before: Go's points reset a stream as soon as it is. UNREGISTER, which has no
/// answer, is half-closed at once.</item>
/// <item>An answer counts, however its stream ends behind it: with a close, a reset, the loss of the connection, or not at all.</item>
/// <item>How a point ends the streams that it has answered on is kept: it tells what the end of one without an answer means.</item>
/// </list>
/// </summary>
internal sealed class PointExchange(RendezvousPoint point, ClientContext context, IdentifyClient identify, string[] protocolIds)
{
    /// <summary>Asks, and reads the answer.</summary>
    /// <exception cref="InvalidResponseException">What came is not an answer to the request.</exception>
    public async Task<T> AskAsync<T>(Libp2pStream stream, RendezvousMessage request, CancellationToken cancellationToken)
        where T : RendezvousMessage
    {
        await PointStreams.TrySendAsync(stream, request, cancellationToken).ConfigureAwait(false); // after a reset the read says more
        byte[] frame = await LengthPrefixedFrame.ReadAsync(
            stream.Input, context.Limits.MaxResponseBytes, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidResponseException(point, $"{point.PeerId} ended the stream without an answer.");
        T response = RendezvousMessageCodec.TryDecode(frame, out RendezvousMessage? message) && message is T expected
            ? expected
            : throw new InvalidResponseException(point, $"{point.PeerId} answered with something else than a {typeof(T).Name}.");
        try
        {
            PointHabits.Of(stream.Connection).AnsweredEnding =
                await PointStreams.FinishAsync(
                    stream, context.Limits.StreamCloseTimeout, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is MuxerStreamException or OperationCanceledException)
        {
            return response; // the end of the stream, or of the time, came behind the answer
        }

        return response;
    }

    /// <summary>Asks for a page. Where an empty namespace is called invalid, it is an empty page.</summary>
    public async Task<DiscoverResponse> AskPageAsync(Libp2pStream stream, DiscoverRequest request, CancellationToken cancellationToken)
    {
        DiscoverResponse answer = await AskAsync<DiscoverResponse>(stream, request, cancellationToken).ConfigureAwait(false);
        bool isEmpty = answer.Status == RendezvousStatus.InvalidNamespace
            && await PointKind.Of(stream.Connection, identify).CallsEmptyInvalidAsync(cancellationToken).ConfigureAwait(false);
        return isEmpty ? answer with { Status = RendezvousStatus.Ok, Registrations = [], Cookie = default } : answer;
    }

    /// <summary>Unregisters this node, and finds out whether that is done.</summary>
    /// <exception cref="UnregisterUnconfirmedException">Nothing shows that it is.</exception>
    public async Task UnregisterAsync(Libp2pStream stream, RendezvousNamespace ns, CancellationToken cancellationToken)
    {
        StreamEnding ending = await TellUnregisterAsync(stream, ns, cancellationToken).ConfigureAwait(false);
        if (ending != StreamEnding.Closed
            && !await IsUnregisteredAsync(stream.Connection, ns, ending, cancellationToken).ConfigureAwait(false))
        {
            throw new UnregisterUnconfirmedException(point, wasReset: ending == StreamEnding.Reset);
        }
    }

    private async Task<StreamEnding> TellUnregisterAsync(Libp2pStream stream, RendezvousNamespace ns, CancellationToken cancellationToken)
    {
        // py-libp2p's points unregister nobody who is not named in the request.
        var request = new UnregisterRequest(ns.Utf8, context.Node.PeerId.Bytes);
        if (!await PointStreams.TrySendAsync(stream, request, cancellationToken).ConfigureAwait(false))
        {
            return StreamEnding.Reset;
        }

        // Half of the time: the other half is for a look at what became of it.
        TimeSpan limit = context.Limits.RequestTimeout / 2;
        return await PointStreams.FinishAsync(stream, limit, context.TimeProvider, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsUnregisteredAsync(
        IPeerConnection connection, RendezvousNamespace ns, StreamEnding ending, CancellationToken cancellationToken)
    {
        OwnListing listing = await LookForSelfAsync(connection, ns, cancellationToken).ConfigureAwait(false);
        bool isRust = listing == OwnListing.Unknown
            && await PointKind.Of(connection, identify).IsRustAsync(cancellationToken).ConfigureAwait(false);
        return UnregisterEvidence.IsDone(ending, listing, PointHabits.Of(connection).AnsweredEnding, isRust);
    }

    private async Task<OwnListing> LookForSelfAsync(IPeerConnection connection, RendezvousNamespace ns, CancellationToken cancellationToken)
    {
        try
        {
            Libp2pStream stream = await connection.OpenStreamAsync(protocolIds, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var request =
                    new DiscoverRequest(ns.Utf8, UnregisterEvidence.PageLimit, default) { Reads = RegistrationFlavours.BothSigned };
                DiscoverResponse page = await AskPageAsync(stream, request, cancellationToken).ConfigureAwait(false);
                return UnregisterEvidence.ListingOf(page, context.Node.PeerId);
            }
        }
        catch (Exception exception) when (exception is Libp2pException or InvalidResponseException)
        {
            return OwnListing.Unknown; // it shows nothing, then; what the point was asked first is what counts
        }
    }
}
