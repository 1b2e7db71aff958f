using System.Diagnostics.Metrics;
using Akka.Cluster;
using RendezvousCluster.Libp2p.Metrics;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Metrics of the cluster, as this node sees it: who is in it, which shards this node has, and which of their coordinators. Membership is
/// read when it is asked for; the others come from the <see cref="ShardCensus"/>. Every state has its series all the time, so that one goes
/// back to zero instead of vanishing.
/// </summary>
internal sealed class ClusterMetrics
{
    internal const string MembersName = "rendezvous.cluster.members";
    internal const string ShardsName = "rendezvous.cluster.shards";
    internal const string CoordinatorsName = "rendezvous.cluster.coordinators";
    internal const string ShardMovesName = "rendezvous.cluster.shard.moves";

    /// <summary>The states shown. A node that does not answer is <c>unreachable</c>, regardless of its state before.</summary>
    internal static readonly string[] States = ["joining", "up", "leaving", "exiting", "down", "unreachable"];

    /// <summary>The regions that the metrics count.</summary>
    internal static readonly string[] Regions =
        [RegionNames.Namespaces, RegionNames.Directory, RegionNames.Ledger];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, IReadOnlySet<string>> _shards = [];
    private readonly HashSet<string> _coordinated = [];
    private readonly SeriesCounter _moves;
    private volatile Cluster? _cluster;

    public ClusterMetrics(IMeterFactory meterFactory)
    {
        Meter meter = meterFactory.Create(RegistryMetrics.MeterName);
        meter.CreateObservableUpDownCounter(MembersName, CountMembers, "{node}", "Nodes of the cluster as this one sees them, by state.");
        meter.CreateObservableUpDownCounter(ShardsName, CountShards, "{shard}", "Shards that this node has, by region.");
        meter.CreateObservableUpDownCounter(
            CoordinatorsName, CountCoordinators, "{coordinator}", "Whether this node says where the shards of a region live.");
        _moves = new SeriesCounter(
            meter,
            ShardMovesName,
            "{shard}",
            "Shards that came to this node and that left it, by region.",
            new SeriesLabel("region", Regions),
            new SeriesLabel("direction", "in", "out"));
    }

    /// <summary>Tells of this cluster from now on.</summary>
    public void Watch(Cluster cluster) => _cluster = cluster;

    /// <summary>The node is in no cluster any more.</summary>
    public void Left()
    {
        _cluster = null;
        lock (_lock)
        {
            _shards.Clear();
            _coordinated.Clear();
        }
    }

    /// <summary>Whether this node says where the shards of a region live.</summary>
    public void Coordinates(string region, bool isHere)
    {
        lock (_lock)
        {
            if (isHere)
            {
                _coordinated.Add(region);
            }
            else
            {
                _coordinated.Remove(region);
            }
        }
    }

    /// <summary>Whether this node says where the shards of a region live, as of the last census.</summary>
    public bool IsCoordinator(string region)
    {
        lock (_lock)
        {
            return _coordinated.Contains(region);
        }
    }

    /// <summary>A region of this node has these shards now. Those that differ from the last time have moved.</summary>
    public void Counted(string region, IReadOnlySet<string> shards)
    {
        IReadOnlySet<string> before;
        lock (_lock)
        {
            before = _shards.GetValueOrDefault(region, new HashSet<string>());
            _shards[region] = shards;
        }

        CountMoves(region, "in", shards.Count(shard => !before.Contains(shard)));
        CountMoves(region, "out", before.Count(shard => !shards.Contains(shard)));
    }

    /// <summary>The state of a member, in the words of <see cref="States"/>.</summary>
    internal static string StateOf(MemberStatus status, bool isUnreachable) => isUnreachable ? "unreachable" : status switch
    {
        MemberStatus.Joining or MemberStatus.WeaklyUp => "joining",
        MemberStatus.Up => "up",
        MemberStatus.Leaving => "leaving",
        MemberStatus.Exiting => "exiting",
        _ => "down",
    };

    private void CountMoves(string region, string direction, int count) => _moves.Add(count, region, direction);

    private IEnumerable<Measurement<int>> CountMembers()
    {
        ClusterEvent.CurrentClusterState? state = _cluster?.State;
        ILookup<string, Member>? members = state?.Members.ToLookup(member => StateOf(member.Status, state.Unreachable.Contains(member)));
        return [.. States.Select(
            name => new Measurement<int>(members?[name].Count() ?? 0, new KeyValuePair<string, object?>("state", name)))];
    }

    private IEnumerable<Measurement<int>> CountCoordinators()
    {
        lock (_lock)
        {
            return [.. Regions.Select(region => new Measurement<int>(
                _coordinated.Contains(region) ? 1 : 0, new KeyValuePair<string, object?>("region", region)))];
        }
    }

    private IEnumerable<Measurement<int>> CountShards()
    {
        lock (_lock)
        {
            return [.. Regions.Select(region =>
                new Measurement<int>(_shards.GetValueOrDefault(region)?.Count ?? 0, new KeyValuePair<string, object?>("region", region)))];
        }
    }
}
