using Microsoft.Extensions.Options;
using RendezvousCluster.Core;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>
/// Takes registrations out of the registry, as if their peers had unregistered.
///
/// Rules. Nothing keeps a peer from registering again: this ends what is there. Of a namespace all are taken that were there when it began,
/// page by page, a few at a time, so that the peers of other namespaces do not wait; when <see cref="LongestEviction"/> is over, the rest
/// stays, and the answer says so.
/// </summary>
internal sealed class Eviction(IRegistry registry, IOptions<ServerOptions> options, TimeProvider time)
{
    /// <summary>For a whole namespace.</summary>
    internal static readonly TimeSpan LongestEviction = TimeSpan.FromSeconds(30);

    private const int PageSize = 256;
    private const int AtOnce = 16;

    // Of two commands the one with the later deadline is the newer: with less time than peers get, what they have just said would stay.
    private DateTimeOffset Deadline => time.GetUtcNow() + options.Value.Limits.RequestTimeout;

    /// <summary>Takes all registrations of a peer.</summary>
    /// <returns>Whether all are known to be gone.</returns>
    public async Task<bool> OfPeerAsync(PeerId peer, CancellationToken cancellationToken)
    {
        var command = new UnregisterCommand(null, peer, Deadline);
        UnregisterReply reply = await registry.UnregisterAsync(command, cancellationToken);
        return reply.Status == RendezvousStatus.Ok;
    }

    /// <summary>Takes all registrations of a namespace.</summary>
    /// <returns>How many were taken, and whether they were all.</returns>
    public async Task<(int Removed, bool IsComplete)> OfNamespaceAsync(RendezvousNamespace name, CancellationToken cancellationToken)
    {
        DateTimeOffset end = time.GetUtcNow() + LongestEviction;
        int removed = 0;
        ulong after = 0;
        bool all = true;
        while (time.GetUtcNow() < end)
        {
            var query = new DiscoverQuery(name, after, PageSize, AdminLimits.MaxAnswerBytes, Deadline);
            DiscoverReply page = await registry.DiscoverAsync(query, cancellationToken);
            if (page.Status != RendezvousStatus.Ok)
            {
                return (removed, false);
            }

            int gone = await TakeAsync(name, page.Registrations, cancellationToken);
            removed += gone;
            all &= gone == page.Registrations.Count;
            if (page.IsComplete || page.Registrations.Count == 0)
            {
                return (removed, all);
            }

            after = page.CookieRevision;
        }

        return (removed, false);
    }

    private async Task<int> TakeAsync(
        RendezvousNamespace name, IReadOnlyList<DiscoveredRegistration> registrations, CancellationToken cancellationToken)
    {
        int gone = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(registrations, options, async (registration, cancelled) =>
        {
            if (!PeerId.TryParse(RegistrationRows.Of(registration).Peer, out PeerId? peer))
            {
                return;
            }

            var command = new UnregisterCommand(name, peer, Deadline);
            if ((await registry.UnregisterAsync(command, cancelled)).Status == RendezvousStatus.Ok)
            {
                Interlocked.Increment(ref gone);
            }
        });
        return gone;
    }
}
