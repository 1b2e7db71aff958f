using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Discovery;

/// <summary>
/// Reports the peers that come, change and go: polls every point again and again from its last cookie, which brings only what is new, and
/// keeps the book of the peers that are there. A refreshed registration is new to a point, so a poll shows a peer that is alive before its
/// time is over.
/// </summary>
internal sealed partial class PeerWatch(IReadOnlyCollection<PointClient> points, RendezvousNamespace? ns, ClientContext context)
{
    private readonly ILogger _logger = context.LoggerFactory.CreateLogger<PeerWatch>();
    private readonly PeerBook _book = new(context.Limits.MaxPeers);
    private readonly PointsReader _reader = new(points, ns, context.Limits.MaxRegistrationsPerPage, context);

    /// <summary>
    /// The changes, without end. Points that fail are asked again with the next poll; a watch outlives the failure of all.
    /// </summary>
    /// <exception cref="RendezvousRefusedException">All points refuse the very first poll for good: there is nothing to wait
    /// for.</exception>
    public async IAsyncEnumerable<PeerChange> ChangesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        bool isFirst = true;
        while (true)
        {
            DateTimeOffset nextPoll = context.Clock.Now + (context.Options.WatchInterval * (0.5 + context.Jitter()));
            await using IAsyncEnumerator<IReadOnlyList<DiscoverPage>> portions =
                _reader.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await TryMoveNextAsync(portions, isFirst).ConfigureAwait(false))
            {
                foreach (PeerChange change in Merge(portions.Current))
                {
                    yield return change;
                }
            }

            isFirst = false;
            for (DateTimeOffset now = context.Clock.Now; now < nextPoll; now = context.Clock.Now)
            {
                await WaitAsync(_book.NextExpiry is { } expiry && expiry < nextPoll ? expiry : nextPoll, cancellationToken)
                    .ConfigureAwait(false);
                foreach (DiscoveredPeer expired in _book.Expire(context.Clock.Now))
                {
                    yield return new PeerChange(PeerChangeKind.Expired, expired);
                }
            }
        }
    }

    private List<PeerChange> Merge(IReadOnlyList<DiscoverPage> portion)
    {
        var kinds = new OrderedDictionary<(string, PeerId), (PeerChangeKind Kind, DiscoveredPeer Peer)>();
        foreach (DiscoveredPeer peer in portion.SelectMany(page => page.Peers))
        {
            PeerMerge merged = _book.Merge(peer);
            if (merged is PeerMerge.Joined or PeerMerge.Changed)
            {
                // One that joins and changes within a portion has joined.
                kinds.TryAdd(
                    (peer.Namespace, peer.PeerId), (merged == PeerMerge.Joined ? PeerChangeKind.Joined : PeerChangeKind.Changed, peer));
            }
        }

        return [.. kinds.Values.Select(change => new PeerChange(change.Kind, _book[change.Peer]))];
    }

    private async Task<bool> TryMoveNextAsync(IAsyncEnumerator<IReadOnlyList<DiscoverPage>> portions, bool isFirstPoll)
    {
        try
        {
            return await portions.MoveNextAsync().ConfigureAwait(false);
        }
        catch (RendezvousException exception) when (!isFirstPoll || exception is not RendezvousRefusedException { IsTransient: false })
        {
            LogPollFailed(_logger, ns?.Name ?? "all namespaces", exception.Message);
            return false;
        }
    }

    private Task WaitAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        // Whole milliseconds, rounded up: a delay that ended early would only be begun again.
        double milliseconds = Math.Max(1, Math.Ceiling((until - context.Clock.Now).TotalMilliseconds));
        return Task.Delay(TimeSpan.FromMilliseconds(milliseconds), context.TimeProvider, cancellationToken);
    }

    [LoggerMessage(5020, LogLevel.Warning, "No point could be polled for {Namespace}: {Reason}")]
    private static partial void LogPollFailed(ILogger logger, VisibleText @namespace, VisibleText reason);
}
