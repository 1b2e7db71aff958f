using System.Globalization;
using Akka.Cluster;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Counts again and again how many nodes the database knows as members, and ends this node when there is another cluster beside its own
/// that goes on: clusters do not merge, and of two each serves what the other does not know of.
/// </summary>
/// <remarks>
/// <para>
/// Of two clusters the larger one goes on; of two that are equally large, the one that has the seat. A node of the other ends, and its next
/// start joins. That two clusters come to be beside each other takes nodes that stood still, or whose sessions the database had ended,
/// while another one founded: it saw nobody then (<see cref="FoundingTurn"/>).
/// </para>
/// <para>
/// Where clusters of several nodes are equally large, nodes on the side of the seat that have not got it themselves end too, and join
/// again: one node is left, and all come back to it.
/// </para>
/// <para>
/// Until then both serve. The journal's fence keeps safe what they acknowledge; but an owner that is only read from would show what it
/// remembers for minutes before it writes its fence anew, also when the other cluster is gone by then. So as long as more nodes hold the
/// lock than this node hears, and once more after that, and after a time in which the database could not be asked, its owners write their
/// fences now, and those that were replaced make way.
/// </para>
/// </remarks>
/// <param name="members">What the database knows.</param>
/// <param name="others">What is known of other clusters.</param>
/// <param name="suspect">Lets the owners of this node find out whether they still are.</param>
/// <param name="time">A clock that nobody sets.</param>
internal sealed class OtherClustersWatch(MemberLock members, OtherClusters others, Action suspect, TimeProvider time)
{
    /// <summary>
    /// A look is a question to the database. With the two seconds over which the owners' writes are spread it is how long owners that were
    /// replaced by those of another cluster show what they remember.
    /// </summary>
    internal static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);

    // A node that has just started owns nothing yet.
    private bool? _suspected = false;

    /// <summary>Counts until this node has to end.</summary>
    /// <param name="cluster">The node's own.</param>
    /// <param name="end">Gets the reason, one line for the operator; the node is put out then.</param>
    /// <param name="stopping">The node ends anyway.</param>
    public async Task WatchAsync(Cluster cluster, Action<string> end, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(LookInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
            {
                if (cluster.SelfMember.Status == MemberStatus.Up
                    && await WhyEndAsync(cluster, stopping).ConfigureAwait(false) is { } reason)
                {
                    end(reason);
                    cluster.Down(cluster.SelfAddress);
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return; // the node stops
        }
    }

    /// <summary>Whether a node has to end for a cluster beside its own.</summary>
    /// <param name="larger">A larger one.</param>
    /// <param name="equal">One that is equally large.</param>
    /// <param name="hasSeat">Whether this node has the seat; null when that is not known, and null where it does not matter.</param>
    internal static bool HasToEnd(bool larger, bool equal, bool? hasSeat) => larger || (equal && hasSeat is false);

    /// <summary>Whether owners of this node have to find out now whether they still are.</summary>
    /// <param name="holders">How many nodes hold the lock of the members; null when that could not be asked.</param>
    /// <param name="heard">How many of them this node hears, itself among them.</param>
    /// <param name="suspected">Whether there was reason at the look before, as <paramref name="next"/> said.</param>
    /// <param name="next">Whether there is reason now; null when that is not known.</param>
    internal static bool MayBeReplaced(int? holders, int heard, bool? suspected, out bool? next)
    {
        next = holders > heard ? true : holders is null ? null : false;
        return next is not null && (next is true || suspected is not false);
    }

    private async Task<string?> WhyEndAsync(Cluster cluster, CancellationToken stopping)
    {
        int? counted = await members.TryCountAsync(stopping).ConfigureAwait(false);
        ClusterEvent.CurrentClusterState state = cluster.State;
        Member[] owners = [.. state.Members.Where(member => member.HasRole(RegionNames.OwnersRole))];
        if (MayBeReplaced(counted, owners.Count(member => !state.Unreachable.Contains(member)), _suspected, out _suspected))
        {
            suspect();
        }

        if (counted is not { } holders)
        {
            return null;
        }

        DateTimeOffset now = time.GetUtcNow();
        others.Record(holders, owners.Length, now);
        (int Others, int Own, DateTimeOffset Since)? larger = others.Known(now), equal = others.Equal(now);
        bool? hasSeat = equal is null ? null : await members.TryTakeSeatAsync(stopping).ConfigureAwait(false);
        return HasToEnd(larger is not null, equal is not null, hasSeat) ? Explain((larger ?? equal)!.Value) : null;
    }

    private static string Explain((int Others, int Own, DateTimeOffset Since) found) => string.Create(
        CultureInfo.InvariantCulture,
        $"Another cluster of {found.Others} has lived on the same database since {found.Since.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, and "
        + $"this one has {found.Own}: this node ends, so that its next start joins the other one.");
}
