using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Registry.Tests.Outages;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>One entity over a journal that the test holds in its hands. The test actor stands where the shard would.</summary>
public sealed class NamespaceEntityTests : TestKit
{
    private const string Local = """
        akka.actor.provider = local
        akka.loggers = ["Akka.Event.DefaultLogger"]
        akka.loglevel = OFF
        """;

    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly StoreHealth _health = TestHealth.Well;
    private readonly TestProbe _shard;

    public NamespaceEntityTests()
        : base(ConfigurationFactory.ParseString(TestJournal.Config + "\n" + Local).WithFallback(RegistryConfiguration.ForMemory()))
    {
        _shard = CreateTestProbe();
        Journal = JournalControl.Of(Sys);
    }

    private JournalControl Journal { get; }

    [Fact]
    public async Task The_first_write_carries_the_opening_and_later_ones_do_not()
    {
        IActorRef entity = Start();

        Assert.Equal(RendezvousStatus.Ok, (await RegisterAsync(entity, 1)).Status);
        Assert.Equal(RendezvousStatus.Ok, (await RegisterAsync(entity, 2)).Status);

        Assert.Equal(2, await NextWriteAsync());
        Assert.Equal(1, await NextWriteAsync());
    }

    [Fact]
    public async Task Reading_an_unknown_namespace_writes_nothing()
    {
        IActorRef entity = Start();

        Assert.Empty((await DiscoverAsync(entity)).Registrations);
        await RegisterAsync(entity, 1);

        Assert.Equal(2, await NextWriteAsync()); // the register's own: nothing came before it
    }

    [Fact]
    public async Task An_owner_that_recovers_a_journal_opens_it_before_it_answers()
    {
        await RegisterAsync(Start(), 1);
        await NextWriteAsync();
        var gate = new TaskCompletionSource();
        Journal.BeforeCommit = () => gate.Task;

        IActorRef second = Start();
        Task<DiscoverReply> discover = DiscoverAsync(second);
        Assert.Equal(1, await NextWriteAsync());
        Assert.False(discover.IsCompleted);
        gate.SetResult();

        Assert.Single((await discover.Within()).Registrations);
    }

    [Fact]
    public async Task Commands_during_a_write_go_into_one_write_and_are_not_seen_before_its_commit()
    {
        IActorRef entity = Start();
        await RegisterAsync(entity, 0);
        await NextWriteAsync();
        var gate = new TaskCompletionSource();
        Journal.BeforeCommit = () => gate.Task;

        Task<RegisterReply>[] replies = [.. Enumerable.Range(1, 300).Select(peer => RegisterAsync(entity, peer))];
        Assert.Equal(1, await NextWriteAsync());
        Assert.Single((await DiscoverAsync(entity)).Registrations);
        Assert.DoesNotContain(replies, reply => reply.IsCompleted);
        gate.SetResult();

        Assert.All(await Task.WhenAll(replies).Within(), reply => Assert.Equal(RendezvousStatus.Ok, reply.Status));
        Assert.Equal(256, await NextWriteAsync());
        Assert.Equal(43, await NextWriteAsync());
        Assert.Equal(301, (await DiscoverAsync(entity)).Registrations.Count);
    }

    [Fact]
    public async Task Two_commands_of_a_peer_are_committed_one_after_the_other()
    {
        IActorRef entity = Start();
        var gate = new TaskCompletionSource();
        Journal.BeforeCommit = () => gate.Task;

        Task<RegisterReply> first = RegisterAsync(entity, 1);
        Task<UnregisterReply> second = UnregisterAsync(entity, 1);
        Task<RegisterReply> other = RegisterAsync(entity, 2);
        Assert.Equal(2, await NextWriteAsync());
        gate.SetResult();

        await Task.WhenAll(first, second, other).Within();
        Assert.Equal(2, await NextWriteAsync());
        Assert.Equal(TestPeers.Envelope(2), Assert.Single((await DiscoverAsync(entity)).Registrations).Envelope.ToArray());
    }

    [Fact]
    public async Task A_command_whose_deadline_passes_in_the_queue_is_dropped()
    {
        IActorRef entity = Start();
        var gate = new TaskCompletionSource();
        Journal.BeforeCommit = () => gate.Task;
        Task<RegisterReply> first = RegisterAsync(entity, 1);
        await NextWriteAsync();
        Task<RegisterReply> waiting = RegisterAsync(entity, 2);
        await DiscoverAsync(entity); // both have arrived

        _time.Advance(TimeSpan.FromSeconds(5).Add(TimeSpan.FromMilliseconds(1)));
        gate.SetResult();

        Assert.Equal(RendezvousStatus.Ok, (await first.Within()).Status);
        Assert.Equal(RendezvousStatus.Unavailable, (await waiting.Within()).Status);
        Assert.Single((await DiscoverAsync(entity)).Registrations);
    }

    [Fact]
    public async Task The_queue_takes_its_limit_and_refuses_the_next_at_once()
    {
        IActorRef entity = Start();
        var gate = new TaskCompletionSource();
        Journal.BeforeCommit = () => gate.Task;
        Task<RegisterReply> writing = RegisterAsync(entity, -1);
        await NextWriteAsync();

        Task<RegisterReply>[] queued =
            [.. Enumerable.Range(0, GroupCommitLimits.MaxQueued).Select(peer => RegisterAsync(entity, peer))];
        RegisterReply refused = await RegisterAsync(entity, -2).Within();
        Assert.Equal((RendezvousStatus.Unavailable, StatusTexts.QueueFull), (refused.Status, refused.StatusText));
        Assert.DoesNotContain(queued, reply => reply.IsCompleted);
        gate.SetResult();

        Assert.All(await Task.WhenAll([writing, .. queued]).Within(), reply => Assert.Equal(RendezvousStatus.Ok, reply.Status));
    }

    [Fact]
    public async Task A_failed_write_tells_everyone_to_retry_and_stops_the_entity_which_then_recovers()
    {
        IActorRef entity = Start();
        await RegisterAsync(entity, 1);
        await NextWriteAsync();
        var gate = new TaskCompletionSource();
        Journal.BeforeCommit = () => gate.Task;
        Watch(entity);
        Task<object> written = AskAsync(entity, Register(2));
        await NextWriteAsync();
        Task<object> queued = AskAsync(entity, Register(3));
        await DiscoverAsync(entity);

        gate.SetException(new IOException("the disk is gone"));

        Assert.Same(RetryLater.Instance, await written.Within());
        Assert.Same(RetryLater.Instance, await queued.Within());
        await ExpectTerminatedAsync(entity, TestTimeouts.Default);
        Journal.BeforeCommit = () => Task.CompletedTask;
        Assert.Single((await DiscoverAsync(Start())).Registrations);
    }

    [Fact]
    public async Task The_committed_state_is_left_behind_by_a_failed_write_until_the_next_owner_has_written()
    {
        IActorRef entity = Start();
        await RegisterAsync(entity, 1);
        Journal.BeforeCommit = () => throw new IOException("the disk is gone");
        Watch(entity);

        Assert.Same(RetryLater.Instance, await AskAsync(entity, Register(2)).Within());

        Func<object, object> kept = _health.Kept.Find(EntityIds.For(Chat), _shard.Ref)!;
        Assert.Single(Assert.IsType<DiscoverReply>(kept(NamespaceCommand.For(Query()))).Registrations);
        await ExpectTerminatedAsync(entity, TestTimeouts.Default);
        Journal.BeforeCommit = () => Task.CompletedTask;
        Assert.Single((await DiscoverAsync(Start())).Registrations);
        Assert.Null(_health.Kept.Find(EntityIds.For(Chat), _shard.Ref));
    }

    [Fact]
    public async Task A_write_whose_acknowledgement_is_lost_is_found_again_after_recovery()
    {
        IActorRef entity = Start();
        Journal.AfterCommit = () => throw new IOException("the answer is lost");
        Watch(entity);

        Assert.Same(RetryLater.Instance, await AskAsync(entity, Register(1)).Within());

        await ExpectTerminatedAsync(entity, TestTimeouts.Default);
        Journal.AfterCommit = () => Task.CompletedTask;
        Assert.Single((await DiscoverAsync(Start())).Registrations);
    }

    [Fact]
    public async Task At_hand_off_the_write_in_flight_is_finished_and_the_rest_told_to_retry()
    {
        (IActorRef entity, TaskCompletionSource gate, Task<object> written, Task<object> queued) = await StartWithWriteInFlightAsync();

        entity.Tell(StopEntity.Instance);
        Task<object> late = AskAsync(entity, Register(3));

        Assert.Same(RetryLater.Instance, await queued.Within());
        Assert.Same(RetryLater.Instance, await late.Within());
        Assert.False(written.IsCompleted);
        gate.SetResult();
        Assert.Equal(RendezvousStatus.Ok, Assert.IsType<RegisterReply>(await written.Within()).Status);
        await ExpectTerminatedAsync(entity, TestTimeouts.Default);
    }

    [Fact]
    public async Task At_hand_off_a_write_that_hangs_because_the_store_is_away_is_not_waited_for()
    {
        (IActorRef entity, TaskCompletionSource gate, Task<object> written, Task<object> queued) = await StartWithWriteInFlightAsync();
        _health.Watch(new ScriptedStore(), CancellationToken.None);
        _health.Raise(isSeen: true);

        entity.Tell(StopEntity.Instance);

        Assert.Same(RetryLater.Instance, await written.Within()); // nobody knows
        Assert.Same(RetryLater.Instance, await queued.Within());
        await ExpectTerminatedAsync(entity, TestTimeouts.Default);
        gate.SetResult();
    }

    [Fact]
    public async Task An_idle_entity_asks_its_shard_to_be_stopped()
    {
        IActorRef entity = Start(idleTimeout: TimeSpan.FromMilliseconds(50));
        await RegisterAsync(entity, 1);

        Passivate passivate = await _shard.ExpectMsgAsync<Passivate>(TestTimeouts.Default);

        Assert.Same(StopEntity.Passivating, passivate.StopMessage);
    }

    [Fact]
    public async Task A_command_for_another_namespace_is_refused()
    {
        IActorRef entity = Start();
        await RegisterAsync(entity, 1);
        RendezvousNamespace other = RendezvousNamespace.Parse("other");

        RegisterReply register = await AskAsync<RegisterReply>(entity, NamespaceCommand.For(Command(2) with { Namespace = other }));
        DiscoverReply discover = await AskAsync<DiscoverReply>(entity, NamespaceCommand.For(Query() with { Namespace = other }));

        Assert.Equal((RendezvousStatus.InternalError, RendezvousStatus.InternalError), (register.Status, discover.Status));
        Assert.Empty(discover.Registrations);
    }

    // One that hangs until the gate is opened, and behind it one that waits.
    private async Task<(IActorRef Entity, TaskCompletionSource Gate, Task<object> Written, Task<object> Queued)>
        StartWithWriteInFlightAsync()
    {
        IActorRef entity = Start();
        var gate = new TaskCompletionSource();
        Journal.BeforeCommit = () => gate.Task;
        Watch(entity);
        Task<object> written = AskAsync(entity, Register(1));
        await NextWriteAsync();
        return (entity, gate, written, AskAsync(entity, Register(2)));
    }

    private IActorRef Start(TimeSpan? idleTimeout = null) =>
        _shard.ChildActorOf(NamespaceEntity.Props(
            EntityIds.For(Chat),
            new NamespaceEntitySettings(_time, idleTimeout ?? TimeSpan.FromMinutes(10), TestDirectory.ListAsync, NullLogger.Instance)
            {
                Metrics = TestMetrics.Entities,
                Health = _health,
            }));

    private RegisterCommand Command(int peer) =>
        new(Chat, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, 7200, _time.GetUtcNow().AddSeconds(5));

    private DiscoverQuery Query() => new(Chat, 0, 1000, 1024 * 1024, _time.GetUtcNow().AddSeconds(5));

    private NamespaceCommand Register(int peer) => NamespaceCommand.For(Command(peer));

    private static Task<object> AskAsync(IActorRef entity, NamespaceCommand command) => entity.Ask<object>(command, TestTimeouts.Default);

    private static async Task<T> AskAsync<T>(IActorRef entity, NamespaceCommand command) =>
        Assert.IsType<T>(await AskAsync(entity, command));

    private Task<RegisterReply> RegisterAsync(IActorRef entity, int peer) => AskAsync<RegisterReply>(entity, Register(peer));

    private Task<UnregisterReply> UnregisterAsync(IActorRef entity, int peer) =>
        AskAsync<UnregisterReply>(
            entity, NamespaceCommand.For(new UnregisterCommand(Chat, TestPeers.Id(peer), _time.GetUtcNow().AddSeconds(5))));

    private Task<DiscoverReply> DiscoverAsync(IActorRef entity) => AskAsync<DiscoverReply>(entity, NamespaceCommand.For(Query()));

    private Task<int> NextWriteAsync() => Journal.Writes.ReadAsync().Within();
}
