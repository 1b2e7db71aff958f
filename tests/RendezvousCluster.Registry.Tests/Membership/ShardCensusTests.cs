using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Metrics;

namespace RendezvousCluster.Registry.Tests.Membership;

/// <summary>On a scheduler that the test moves; the test stands where the region would.</summary>
public sealed class ShardCensusTests : TestKit
{
    private readonly TestMeters _meters = new();
    private readonly TestProbe _region;

    public ShardCensusTests()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"\nakka.loglevel = OFF")
    {
        _region = CreateTestProbe();
        Sys.ActorOf(ShardCensus.Props([KeyValuePair.Create("namespace", (IActorRef)_region.Ref)], new ClusterMetrics(_meters)));
    }

    [Fact]
    public async Task A_region_is_asked_again_and_again_and_its_shards_are_counted()
    {
        await AnswerNextAsync(["1", "2"], failed: ["3"]);
        await Eventually.EqualAsync(3, () => (int?)_meters.Observe($"{ClusterMetrics.ShardsName} region=namespace"));

        await AnswerNextAsync(["2", "3"], failed: []);
        await Eventually.EqualAsync(2, () => (int?)_meters.Observe($"{ClusterMetrics.ShardsName} region=namespace"));
        Assert.Equal(1, _meters.Counted($"{ClusterMetrics.ShardMovesName} region=namespace direction=out"));
    }

    [Fact]
    public async Task A_coordinator_is_counted_for_as_long_as_it_is_on_this_node()
    {
        IActorRef coordinator = ((ExtendedActorSystem)Sys).SystemActorOf(
            Props.Create(() => new Parent(new Queue<string>(new[] { "namespaceCoordinator", "singleton", "coordinator" }))), "sharding");
        await Eventually.EqualAsync(true, IsThereAsync);
        await AnswerNextAsync([], failed: []);
        await Eventually.EqualAsync(1, () => (int?)_meters.Observe($"{ClusterMetrics.CoordinatorsName} region=namespace"));

        await WatchAsync(coordinator);
        Sys.Stop(coordinator);
        await ExpectTerminatedAsync(coordinator, TestTimeouts.Default);
        await AnswerNextAsync([], failed: []);
        await Eventually.EqualAsync(0, () => (int?)_meters.Observe($"{ClusterMetrics.CoordinatorsName} region=namespace"));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _meters.Dispose();
    }

    private async Task<bool> IsThereAsync()
    {
        ActorSelection coordinator = Sys.ActorSelection("/system/sharding/namespaceCoordinator/singleton/coordinator");
        return (await coordinator.Ask<ActorIdentity>(new Identify(1))).Subject is not null;
    }

    /// <summary>Stands where the toolkit's actors do, down to the coordinator.</summary>
    private sealed class Parent : UntypedActor
    {
        public Parent(Queue<string> names)
        {
            if (names.TryDequeue(out string? name))
            {
                Context.ActorOf(Props.Create(() => new Parent(names)), name);
            }
        }

        protected override void OnReceive(object message) => Unhandled(message);
    }

    private async Task AnswerNextAsync(string[] shards, string[] failed)
    {
        // The timer is set when the actor has started, which may be after the first step.
        while (!_region.HasMessages)
        {
            ((TestScheduler)Sys.Scheduler).Advance(ShardCensus.Interval);
            await Task.Yield();
        }

        await _region.ExpectMsgAsync<GetShardRegionStats>(TestTimeouts.Default);
        _region.Reply(new ShardRegionStats(shards.ToImmutableDictionary(shard => shard, _ => 1), [.. failed]));
        while (_region.HasMessages)
        {
            await _region.ExpectMsgAsync<GetShardRegionStats>(TestTimeouts.Default); // from steps that were one too many
        }
    }
}
