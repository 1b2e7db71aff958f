using Akka.Actor;
using Akka.Cluster.Sharding;
using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Asks the regions of this node every <see cref="Interval"/> which shards they have, looks whether their coordinators are here, and tells
/// the <see cref="ClusterMetrics"/>. Sharding announces its moves to nobody, so one that comes and goes between two looks is not seen. A
/// region that does not answer keeps its last counts.
/// </summary>
internal sealed class ShardCensus(IReadOnlyList<KeyValuePair<string, IActorRef>> regions, ClusterMetrics metrics)
    : UntypedActor, IWithTimers
{
    /// <summary>How often: as often as metrics are usually fetched. A look is one message to each shard.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="regions">The regions by name.</param>
    /// <param name="metrics">Gets the counts.</param>
    internal static Props Props(IEnumerable<KeyValuePair<string, IActorRef>> regions, ClusterMetrics metrics)
    {
        KeyValuePair<string, IActorRef>[] started = [.. regions];
        return Akka.Actor.Props.Create(() => new ShardCensus(started, metrics));
    }

    /// <inheritdoc/>
    protected override void PreStart() => Timers.StartPeriodicTimer(Look.Instance, Look.Instance, TimeSpan.FromSeconds(1), Interval);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Look:
                foreach ((string name, IActorRef region) in regions)
                {
                    region.Ask<ShardRegionStats>(GetShardRegionStats.Instance, Interval).PipeTo(
                        Self, success: stats => new Answer(name, stats), failure: _ => new Answer(name, null));
                    Context.ActorSelection(ActorPaths.CoordinatorOf(name)).Tell(new Identify(name));
                }

                break;
            case Answer { Stats: { } stats } answer:
                metrics.Counted(answer.Region, stats.Stats.Keys.Concat(stats.Failed).ToHashSet());
                break;
            case ActorIdentity { MessageId: string region } coordinator:
                metrics.Coordinates(region, isHere: coordinator.Subject is not null);
                break;
        }
    }

    private sealed class Look : INoSerializationVerificationNeeded
    {
        internal static readonly Look Instance = new();
    }

    /// <summary>What a region has; null when it did not answer.</summary>
    private sealed record Answer(string Region, ShardRegionStats? Stats) : INoSerializationVerificationNeeded;
}
