using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Outages;

/// <summary>On a scheduler that the test moves; the test stands where the other nodes would.</summary>
public sealed class MemoryHandOverTests : TestKit
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly StoreHealth _health = TestHealth.Well;
    private readonly RecordingLogger _log = new();
    private readonly TestProbe _others;
    private readonly TestProbe _verified;
    private readonly IActorRef _handOver;

    public MemoryHandOverTests()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"\nakka.loglevel = OFF")
    {
        _others = CreateTestProbe();
        _verified = CreateTestProbe();
        _handOver = Sys.ActorOf(MemoryHandOver.Props(_health, () => [_others.Ref], id => _verified.Ref.Tell(id), _log));
    }

    [Fact]
    public async Task Memory_that_is_kept_in_a_shard_goes_to_the_other_nodes_when_the_shard_ends()
    {
        await StartedAsync();
        Suspect();
        IActorRef shard = Sys.ActorOf(Props.Empty);
        IActorRef staying = Sys.ActorOf(Props.Empty);
        _health.Kept.Keep("a", shard, message => message, handOver: () => Memory("a"));
        _health.Kept.Keep("b", staying, message => message, handOver: () => Memory("b"));
        _health.Kept.Keep("c", shard, message => message);

        Sys.Stop(shard);

        Assert.Equal("a", (await _others.ExpectMsgAsync<HandedMemory>(TestTimeouts.Default)).PersistenceId);
        Assert.Null(_health.Kept.Find("a", shard));
        Assert.NotNull(_health.Kept.Find("b", staying));
        await StartedAsync();
        Assert.False(_others.HasMessages);
    }

    [Fact]
    public async Task Memory_that_fits_into_no_message_stays_behind_and_the_log_says_so()
    {
        await StartedAsync();
        Suspect();
        IActorRef shard = Sys.ActorOf(Props.Empty);
        _health.Kept.Keep("a", shard, message => message, handOver: () => Memory("a", HandedMemory.MaxSnapshotBytes + 1));
        _health.Kept.Keep("b", shard, message => message, handOver: () => Memory("b", HandedMemory.MaxSnapshotBytes));

        Sys.Stop(shard);

        Assert.Equal("b", (await _others.ExpectMsgAsync<HandedMemory>(TestTimeouts.Default)).PersistenceId);
        Assert.Empty(_log.Lines);
        ((TestScheduler)Sys.Scheduler).Advance(MemoryHandOver.LogInterval);
        await StartedAsync();
        Assert.Equal(["1", "1"], _log.Lines.Select(line => line.Message.Split("the memory of ")[1].Split(' ')[0]));
        Assert.Contains("stays behind", _log.Lines[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_from_another_node_is_kept_and_wakes_its_heir()
    {
        _handOver.Tell(Memory("a"));

        await _verified.ExpectMsgAsync("a", TestTimeouts.Default);
        Assert.NotNull(_health.Kept.Handed.Find("a"));
    }

    [Fact]
    public async Task Memory_from_another_node_is_forgotten_when_the_store_has_been_well_for_a_while()
    {
        _handOver.Tell(Memory("a"));
        await _verified.ExpectMsgAsync("a", TestTimeouts.Default);
        await StartedAsync();

        await PassAsync();
        Assert.NotNull(_health.Kept.Handed.Find("a"));

        await PassAsync();
        Assert.True(_health.Kept.Handed.IsEmpty);
    }

    [Fact]
    public async Task Memory_from_another_node_outlives_the_outage()
    {
        Suspect();
        _handOver.Tell(Memory("a"));
        await StartedAsync();
        for (int times = 0; times < 5; times++)
        {
            await PassAsync();
        }

        Assert.NotNull(_health.Kept.Handed.Find("a"));
        Assert.False(_verified.HasMessages); // there is nothing to look at
    }

    /// <summary>Nobody suspects the store at once, and a standby lags.</summary>
    [Fact]
    public async Task Memory_of_a_shard_that_ended_shortly_before_the_outage_goes_when_it_is_noticed()
    {
        await StartedAsync();
        await EndShardAsync("a");
        await PassAsync();
        await EndShardAsync("b");
        Assert.False(_others.HasMessages);

        Suspect();

        Assert.Equal("a", (await _others.ExpectMsgAsync<HandedMemory>(TestTimeouts.Default)).PersistenceId);
        Assert.Equal("b", (await _others.ExpectMsgAsync<HandedMemory>(TestTimeouts.Default)).PersistenceId);
    }

    [Fact]
    public async Task Memory_of_a_shard_that_ended_long_before_the_outage_is_not_held_any_more()
    {
        await StartedAsync();
        await EndShardAsync("a");
        await PassAsync();
        await PassAsync();
        await EndShardAsync("b");

        Suspect();

        Assert.Equal("b", (await _others.ExpectMsgAsync<HandedMemory>(TestTimeouts.Default)).PersistenceId);
    }

    protected override void AfterAll()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        base.AfterAll();
    }

    private static HandedMemory Memory(string id, int bytes = 1) =>
        new(id, Sequence: 5, FencingToken: 1, "writer", WriterBefore: null, "sn", new byte[bytes]);

    private void Suspect()
    {
        _health.Watch(new ScriptedStore(), _stopping.Token);
        _health.Raise();
    }

    private async Task EndShardAsync(string id)
    {
        IActorRef shard = Sys.ActorOf(Props.Empty);
        _health.Kept.Keep(id, shard, message => message, handOver: () => Memory(id));
        await StartedAsync();
        Sys.Stop(shard);
        await Eventually.EqualAsync(true, () => _health.Kept.Find(id, shard) is null);
        await StartedAsync();
    }

    private async Task PassAsync()
    {
        ((TestScheduler)Sys.Scheduler).Advance(StoreHealth.KeptAfterwards);
        await StartedAsync();
    }

    // It has done all that came before.
    private async Task StartedAsync() => await _handOver.Ask<ActorIdentity>(new Identify(null), TestTimeouts.Default);
}
