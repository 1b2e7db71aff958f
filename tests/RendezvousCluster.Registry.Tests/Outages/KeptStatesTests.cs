using Akka.Actor;
using Akka.TestKit.Xunit2;
using RendezvousCluster.Registry.Outages;

namespace RendezvousCluster.Registry.Tests.Outages;

public sealed class KeptStatesTests : TestKit
{
    private const string Entity = "ns1-a";

    private readonly KeptStates _kept = new();

    [Fact]
    public void A_kept_state_is_found_by_the_same_shard()
    {
        _kept.Keep(Entity, TestActor, _ => "kept");

        Assert.Equal("kept", _kept.Find(Entity, TestActor)!("anything"));
        Assert.Null(_kept.Find("ns1-b", TestActor));
    }

    [Fact]
    public async Task A_shard_that_was_away_and_came_back_does_not_find_it()
    {
        IActorRef before = Sys.ActorOf(Props.Empty, "shard");
        _kept.Keep(Entity, before, _ => "kept");
        Watch(before);
        Sys.Stop(before);
        await ExpectTerminatedAsync(before);

        IActorRef after = Sys.ActorOf(Props.Empty, "shard");

        Assert.Equal(before.Path, after.Path);
        Assert.Null(_kept.Find(Entity, after));
    }

    [Fact]
    public void A_kept_state_is_forgotten_when_the_entity_is_back_or_the_outage_over()
    {
        _kept.Keep(Entity, TestActor, _ => "kept");
        _kept.Forget(Entity);
        Assert.Null(_kept.Find(Entity, TestActor));

        _kept.Keep(Entity, TestActor, _ => "kept");
        _kept.Clear();
        Assert.Null(_kept.Find(Entity, TestActor));
    }
}
