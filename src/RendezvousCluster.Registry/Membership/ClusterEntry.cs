using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Core.Clocks;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// How a node gets into a cluster: it asks its seeds to take it in, or founds one. Clusters do not merge, and two would serve what the
/// other does not know of; so it founds only where the database knows of no member, and it alone gets the seat there
/// (<see cref="MemberLock"/>).
/// </summary>
/// <remarks>
/// <para>
/// It looks again until it is a member. While somebody is known to live it asks its seeds. When nobody is, and its turn has come
/// (<see cref="FoundingTurn"/>), it takes the seat, looks once more, and founds: it still asks the other seeds first, for five seconds, and
/// a member that shows itself to the database meanwhile ends that. So any seed can found after a power cut, not the first one alone.
/// </para>
/// <para>
/// A node without other seeds has nobody to ask. It waits for the end of the cluster on its database, which may be itself from before it
/// died, and gives up after some time.
/// </para>
/// </remarks>
/// <param name="seeds">Nodes through which to join, in the order that all nodes have.</param>
/// <param name="members">What the database knows of the members; null where nobody can share it.</param>
/// <param name="foundingTimeout">How long a node that knows of no other waits for the end of a cluster on its database. Null: no node looks
/// there.</param>
/// <param name="place">The database, for messages.</param>
/// <param name="logger">Where it tells what it does.</param>
internal sealed partial class ClusterEntry(
    IEnumerable<NodeAddress> seeds, MemberLock? members, TimeSpan? foundingTimeout, string? place, ILogger<ClusterEntry> logger)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeProvider Steady = new SteadyTimeProvider(TimeProvider.System);

    private Step _step = Step.None;
    private FoundingTurn? _turn;
    private bool _isFirst;

    private enum Step
    {
        None,
        Asking,
        Founding,
    }

    /// <summary>Called before it waits for the end of a cluster on its database.</summary>
    public Action? Waiting { get; init; }

    /// <summary>Asks to be taken in, or founds. Whether it came to that the cluster's state tells.</summary>
    /// <exception cref="RegistryStartException">There is a cluster that this node cannot get into, or must not be in; or the database
    /// cannot be asked.</exception>
    public async Task JoinAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        Address[] order = Order(cluster);
        await SeedInquiry.CompareAsync(cluster, order).ConfigureAwait(false);
        if (order.Length > 0)
        {
            LogJoining(logger, cluster.SelfAddress, string.Join(", ", seeds));
        }

        if (members is null || foundingTimeout is not { } timeout)
        {
            Join(cluster, order);
        }
        else if (order.All(cluster.SelfAddress.Equals))
        {
            await WaitToFoundAsync(members, timeout, cancellationToken).ConfigureAwait(false);
            Join(cluster, order);
        }
        else
        {
            int behind = Array.IndexOf(order, cluster.SelfAddress);
            _isFirst = behind == 0;
            _turn = new FoundingTurn(behind < 0 ? null : behind);
            await LookAsync(cluster, members, await members.IsHeldAsync(cancellationToken).ConfigureAwait(false), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Looks again until the node is a member; does not throw.</summary>
    public async Task WatchAsync(Cluster cluster, CancellationToken stopping)
    {
        if (members is null || _turn is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(LookInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false) && !IsTakenIn(cluster))
            {
                bool? isHeld = await TryAskAsync(members, stopping).ConfigureAwait(false);
                if (!IsTakenIn(cluster))
                {
                    await LookAsync(cluster, members, isHeld, stopping).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return; // the node stops
        }
    }

    private static bool IsTakenIn(Cluster cluster) => cluster.IsTerminated || cluster.SelfMember.Status != MemberStatus.Removed;

    private async Task LookAsync(Cluster cluster, MemberLock lived, bool? isHeld, CancellationToken cancellationToken)
    {
        Address[] others = [.. Order(cluster).Where(seed => !seed.Equals(cluster.SelfAddress))];
        bool mayFound = _turn!.HasCome(isHeld, Steady.GetUtcNow());
        if (mayFound && _step != Step.Founding && await lived.TryTakeSeatAsync(cancellationToken).ConfigureAwait(false) is true)
        {
            if (await TryAskAsync(lived, cancellationToken).ConfigureAwait(false) is false)
            {
                _step = Step.Founding;
                LogFounding(logger);
                cluster.JoinSeedNodes([cluster.SelfAddress, .. others]);
                return;
            }

            // A member has come back. The seat is for those who found and for members.
            await lived.LeaveSeatAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_step == Step.None || (_step == Step.Founding && await IsPassedByAsync(lived, isHeld, cancellationToken).ConfigureAwait(false)))
        {
            // With itself in the last place it asks until one of the others takes it in, and founds nothing.
            if (_step == Step.Founding || (isHeld is true && _isFirst))
            {
                LogNotFounding(logger);
            }

            _step = Step.Asking;
            cluster.JoinSeedNodes([.. others, cluster.SelfAddress]);
            await lived.LeaveSeatAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // Another one is a member before this node has founded, or has got the seat because the session of this one broke.
    private static async Task<bool> IsPassedByAsync(MemberLock lived, bool? isHeld, CancellationToken cancellationToken) =>
        isHeld is true || await lived.TryTakeSeatAsync(cancellationToken).ConfigureAwait(false) is false;

    private static async Task<bool?> TryAskAsync(MemberLock lived, CancellationToken cancellationToken)
    {
        try
        {
            return await lived.IsHeldAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryStartException)
        {
            return null; // readiness says it
        }
    }

    private static void Join(Cluster cluster, Address[] order)
    {
        if (order.Length == 0)
        {
            cluster.Join(cluster.SelfAddress);
        }
        else
        {
            cluster.JoinSeedNodes(order);
        }
    }

    private Address[] Order(Cluster cluster) =>
        [.. seeds.Select(seed => cluster.SelfAddress.WithHost(NodeEndpoint.ToAddressHost(seed.Host)).WithPort(seed.Port))];

    private async Task WaitToFoundAsync(MemberLock lived, TimeSpan timeout, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        bool isWaiting = false;
        while (await lived.IsHeldAsync(cancellationToken).ConfigureAwait(false)
            || await lived.TryTakeSeatAsync(cancellationToken).ConfigureAwait(false) is not true)
        {
            if (!isWaiting)
            {
                isWaiting = true;
                LogWaitingToFound(logger, (int)timeout.TotalSeconds);
                Waiting?.Invoke();
            }

            if (TimeProvider.System.GetElapsedTime(start) > timeout)
            {
                throw new RegistryStartException(
                    $"A cluster lives in the {place} already, and this node knows of none of its nodes. Name some of them as seeds, or "
                    + "give this node a database of its own.");
            }

            await Task.Delay(LookInterval / 4, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(2055, LogLevel.Information, "{Node} joins the cluster through {Seeds}")]
    private static partial void LogJoining(ILogger logger, Address node, string seeds);

    [LoggerMessage(
        2063, LogLevel.Information, "The database knows of no member; this node founds a cluster unless another seed answers")]
    private static partial void LogFounding(ILogger logger);

    [LoggerMessage(
        2059,
        LogLevel.Information,
        "A cluster lives on this database already; this node, a seed, waits to be taken in and founds none")]
    private static partial void LogNotFounding(ILogger logger);

    [LoggerMessage(
        2085, LogLevel.Information, "A cluster lives on this database, or did a moment ago; this node waits up to {Seconds} s for its end")]
    private static partial void LogWaitingToFound(ILogger logger, int seconds);
}
