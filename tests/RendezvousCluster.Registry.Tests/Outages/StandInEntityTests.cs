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

namespace RendezvousCluster.Registry.Tests.Outages;

/// <summary>The test actor stands where the shard would.</summary>
public sealed class StandInEntityTests : TestKit
{
    private const string Entity = "ns1-a";

    private readonly StoreDoubt _doubt = new();
    private readonly KeptStates _kept = new();
    private readonly TestProbe _shard;

    public StandInEntityTests() => _shard = CreateTestProbe();

    private static NamespaceCommand Question => NamespaceCommand.For(
        new DiscoverQuery(RendezvousNamespace.Parse("chat"), 0, 10, 1000, DateTimeOffset.MaxValue));

    [Fact]
    public async Task The_kept_state_answers()
    {
        _kept.Keep(Entity, _shard.Ref, message => message is NamespaceCommand ? "kept" : "what?");
        _doubt.Confirm();

        Assert.Equal("kept", await Start().Ask<string>(Question, TestTimeouts.Default));
    }

    [Fact]
    public async Task Where_nothing_was_kept_it_refuses_at_once()
    {
        _doubt.Confirm();
        IActorRef standIn = Start();

        Assert.Equal(RendezvousStatus.Unavailable, (await standIn.Ask<DiscoverReply>(Question, TestTimeouts.Default)).Status);
        Assert.Same(RetryLater.Instance, await standIn.Ask<object>("what is listed?", TestTimeouts.Default));
    }

    [Fact]
    public async Task A_command_before_the_first_look_waits_for_it()
    {
        _kept.Keep(Entity, _shard.Ref, _ => "kept");
        IActorRef standIn = Start();
        Task<object> answer = standIn.Ask<object>(Question, TestTimeouts.Default);
        await standIn.Ask<ActorIdentity>(new Identify(1), TestTimeouts.Default); // it has arrived
        Assert.False(answer.IsCompleted);

        _doubt.Confirm();

        Assert.Equal("kept", await answer.Within());
    }

    [Fact]
    public async Task If_the_store_was_well_what_was_kept_is_not_shown()
    {
        _kept.Keep(Entity, _shard.Ref, _ => "kept");
        Task<object> answer = Start().Ask<object>(Question, TestTimeouts.Default);

        _doubt.Resolve();

        Assert.Same(RetryLater.Instance, await answer.Within());
    }

    [Fact]
    public async Task It_makes_room_once_the_store_is_back()
    {
        _kept.Keep(Entity, _shard.Ref, _ => "kept");
        _doubt.Confirm();
        IActorRef standIn = Start();
        Assert.Equal("kept", await standIn.Ask<string>(Question, TestTimeouts.Default));
        Watch(standIn);

        _doubt.Resolve();
        Assert.Same(RetryLater.Instance, await standIn.Ask<object>(Question, TestTimeouts.Default));

        Passivate passivate = await _shard.ExpectMsgAsync<Passivate>(TestTimeouts.Default);
        standIn.Tell(passivate.StopMessage);
        await ExpectTerminatedAsync(standIn, TestTimeouts.Default);
    }

    private IActorRef Start() => _shard.ChildActorOf(StandInEntity.Props(Entity, _doubt, _kept));
}
