using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// How a node gets into a cluster. The first seed founds one when no other seed answers it, and a node without seeds at once; but not while
/// one lives on the database, because clusters do not merge, and two would serve what the other does not know of.
/// </summary>
/// <param name="seeds">Nodes through which to join, in the order that all nodes have.</param>
/// <param name="members">What the database knows of the members; null where nobody can share it.</param>
/// <param name="foundingTimeout">How long a node that knows of no other waits for the end of a cluster on its database. Null: it does not
/// look.</param>
/// <param name="place">The database, for messages.</param>
/// <param name="logger">Where it tells what it does.</param>
internal sealed partial class ClusterEntry(
    IEnumerable<NodeAddress> seeds, MemberLock? members, TimeSpan? foundingTimeout, string? place, ILogger<ClusterEntry> logger)
{
    /// <summary>Called before it waits for the end of a cluster on its database.</summary>
    public Action? Waiting { get; init; }

    /// <summary>Asks to be taken in, or founds. Whether it came to that the cluster's state tells.</summary>
    /// <exception cref="RegistryStartException">There is a cluster that this node cannot get into, or must not be in; or the database
    /// cannot be asked.</exception>
    public async Task JoinAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        Address[] order =
            [.. seeds.Select(seed => cluster.SelfAddress.WithHost(NodeEndpoint.ToAddressHost(seed.Host)).WithPort(seed.Port))];
        await SeedInquiry.CompareAsync(cluster, order).ConfigureAwait(false);
        bool wouldFound = order.Length == 0 || order[0].Equals(cluster.SelfAddress);
        if (wouldFound && members is not null && foundingTimeout is { } timeout
            && await members.IsHeldAsync(cancellationToken).ConfigureAwait(false))
        {
            if (order.Length > 1)
            {
                // A node that is not the first seed waits without limit until the cluster takes it in.
                LogNotFounding(logger);
                order = [.. order[1..], order[0]];
            }
            else
            {
                await WaitToFoundAsync(members, timeout, cancellationToken).ConfigureAwait(false);
            }
        }

        if (order.Length == 0)
        {
            cluster.Join(cluster.SelfAddress);
        }
        else
        {
            LogJoining(logger, cluster.SelfAddress, string.Join(", ", seeds));
            cluster.JoinSeedNodes(order);
        }
    }

    private async Task WaitToFoundAsync(MemberLock lived, TimeSpan timeout, CancellationToken cancellationToken)
    {
        LogWaitingToFound(logger, (int)timeout.TotalSeconds);
        Waiting?.Invoke();
        if (!await lived.IsReleasedAsync(timeout, cancellationToken).ConfigureAwait(false))
        {
            throw new RegistryStartException(
                $"A cluster lives in the {place} already, and this node knows of none of its nodes. Name some of them as seeds, or give "
                + "this node a database of its own.");
        }
    }

    [LoggerMessage(2055, LogLevel.Information, "{Node} joins the cluster through {Seeds}")]
    private static partial void LogJoining(ILogger logger, Address node, string seeds);

    [LoggerMessage(
        2059,
        LogLevel.Information,
        "A cluster lives on this database already; this node, the first seed, waits to be taken in and founds none")]
    private static partial void LogNotFounding(ILogger logger);

    [LoggerMessage(
        2085, LogLevel.Information, "A cluster lives on this database, or did a moment ago; this node waits up to {Seconds} s for its end")]
    private static partial void LogWaitingToFound(ILogger logger, int seconds);
}
