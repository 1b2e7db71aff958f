using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>The test actor stands where the shard would.</summary>
public sealed class StaleReadEntityTests : TestKit
{
    private const string Entity = "ns1-a";

    private readonly StoreSuspicion _suspicion = new();
    private readonly KeptStates _kept = new();
    private readonly TestProbe _shard;

    public StaleReadEntityTests() => _shard = CreateTestProbe();

    private static NamespaceCommand Question => NamespaceCommand.For(
        new DiscoverQuery(RendezvousNamespace.Parse("chat"), 0, 10, 1000, DateTimeOffset.MaxValue));

    [Fact]
    public async Task The_kept_state_answers()
    {
        _kept.Keep(Entity, _shard.Ref, message => message is NamespaceCommand ? "kept" : "what?");
        _suspicion.Confirm();

        Assert.Equal("kept", await Start().Ask<string>(Question, TestTimeouts.Default));
    }

    [Fact]
    public async Task The_entity_refuses_at_once_when_no_state_was_kept()
    {
        _suspicion.Confirm();
        IActorRef staleRead = Start();

        Assert.Equal(RendezvousStatus.Unavailable, (await staleRead.Ask<DiscoverReply>(Question, TestTimeouts.Default)).Status);
        Assert.Same(RetryLater.Instance, await staleRead.Ask<object>("what is listed?", TestTimeouts.Default));
    }

    [Fact]
    public async Task A_command_before_the_first_look_waits_for_it()
    {
        _kept.Keep(Entity, _shard.Ref, _ => "kept");
        IActorRef staleRead = Start();
        Task<object> answer = staleRead.Ask<object>(Question, TestTimeouts.Default);
        await staleRead.Ask<ActorIdentity>(new Identify(1), TestTimeouts.Default); // it has arrived
        Assert.False(answer.IsCompleted);

        _suspicion.Confirm();

        Assert.Equal("kept", await answer.Within());
    }

    [Fact]
    public async Task If_the_store_was_well_what_was_kept_is_not_shown()
    {
        _kept.Keep(Entity, _shard.Ref, _ => "kept");
        Task<object> answer = Start().Ask<object>(Question, TestTimeouts.Default);

        _suspicion.Resolve();

        Assert.Same(RetryLater.Instance, await answer.Within());
    }

    [Fact]
    public async Task The_entity_makes_room_once_the_store_is_back()
    {
        _kept.Keep(Entity, _shard.Ref, _ => "kept");
        _suspicion.Confirm();
        IActorRef staleRead = Start();
        Assert.Equal("kept", await staleRead.Ask<string>(Question, TestTimeouts.Default));
        Watch(staleRead);

        _suspicion.Resolve();
        Assert.Same(RetryLater.Instance, await staleRead.Ask<object>(Question, TestTimeouts.Default));

        Passivate passivate = await _shard.ExpectMsgAsync<Passivate>(TestTimeouts.Default);
        staleRead.Tell(passivate.StopMessage);
        await ExpectTerminatedAsync(staleRead, TestTimeouts.Default);
    }

    private IActorRef Start() => _shard.ChildActorOf(StaleReadEntity.Props(Entity, _suspicion, _kept));
}
