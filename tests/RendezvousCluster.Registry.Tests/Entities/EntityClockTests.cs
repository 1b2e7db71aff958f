using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Registry.Tests.Outages;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>
/// Entities over a journal that outlives their processes, on a machine whose wall clock is set. The probe stands where the shard would.
/// </summary>
public sealed class EntityClockTests : TestKit
{
    private const string Local = """
        akka.actor.provider = local
        akka.loggers = ["Akka.Event.DefaultLogger"]
        akka.loglevel = OFF
        """;

    private const uint LongestTtl = 259_200;

    private readonly SteppingTimeProvider _wall = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly TestProbe _shard;
    private RegistryClock _process;

    public EntityClockTests()
        : base(ConfigurationFactory.ParseString(TestJournal.Config + "\n" + Local).WithFallback(RegistryConfiguration.ForMemory()))
    {
        _shard = CreateTestProbe();
        _process = NewProcess();
    }

    [Fact]
    public async Task A_clock_that_is_back_after_a_restart_shows_no_more_than_was_granted_and_refuses_nothing()
    {
        IActorRef before = Start();
        await RegisterAsync(before, 7200);
        await StopAsync(before);
        _wall.Step(TimeSpan.FromHours(-3));
        _process = NewProcess();

        IActorRef after = Start();

        Assert.Equal(7200u, Assert.Single((await DiscoverAsync(after)).Registrations).RemainingTtlSeconds);
        Assert.Equal(RendezvousStatus.Ok, (await UnregisterAsync(after)).Status);
        Assert.Equal(RendezvousStatus.Ok, (await RegisterAsync(after, 7200)).Status);
        Assert.Single((await DiscoverAsync(after)).Registrations);
    }

    [Fact]
    public async Task An_entity_reads_its_journal_again_when_the_clock_turns_out_to_have_been_ahead()
    {
        IActorRef before = Start();
        await RegisterAsync(before, LongestTtl);
        await StopAsync(before);
        _wall.Step(TimeSpan.FromHours(80));
        _process = NewProcess();
        IActorRef misled = Start();
        Assert.Empty((await DiscoverAsync(misled)).Registrations);

        _wall.Step(TimeSpan.FromHours(-80));
        _process.Look();

        Assert.IsType<RetryLater>(await misled.Ask<object>(Query(), TestTimeouts.Default));
        await _shard.ExpectMsgAsync<Passivate>(passivate => Assert.Same(StopEntity.Instance, passivate.StopMessage), TestTimeouts.Default);
        await StopAsync(misled);
        Assert.Single((await DiscoverAsync(Start())).Registrations);
    }

    [Fact]
    public async Task An_entity_that_wrote_all_itself_stays_regardless_of_the_clock()
    {
        IActorRef entity = Start();
        await RegisterAsync(entity, 7200);
        _wall.Step(TimeSpan.FromHours(-3));
        _process.Look();

        Assert.Equal(7200u, Assert.Single((await DiscoverAsync(entity)).Registrations).RemainingTtlSeconds);
        await StopAsync(entity);
        Assert.Equal(7200u, Assert.Single((await DiscoverAsync(Start())).Registrations).RemainingTtlSeconds);
    }

    [Fact]
    public async Task An_entity_reads_its_journal_again_when_its_process_has_taken_the_time_of_the_cluster_over()
    {
        IActorRef before = Start();
        await RegisterAsync(before, 7200);

        _process.Follow(Guid.NewGuid(), TimeSpan.FromHours(-80));

        Assert.IsType<RetryLater>(await before.Ask<object>(Query(), TestTimeouts.Default));
        await _shard.ExpectMsgAsync<Passivate>(passivate => Assert.Same(StopEntity.Instance, passivate.StopMessage), TestTimeouts.Default);
        await StopAsync(before);
        IActorRef after = Start();
        Assert.Equal(7200u, Assert.Single((await DiscoverAsync(after)).Registrations).RemainingTtlSeconds);
        Assert.Equal(RendezvousStatus.Ok, (await UnregisterAsync(after)).Status);
    }

    [Fact]
    public async Task An_entity_goes_on_when_its_process_moves_its_clock_by_little()
    {
        IActorRef before = Start();
        await RegisterAsync(before, LongestTtl);
        await StopAsync(before);
        _process = NewProcess();
        IActorRef entity = Start();
        Assert.Single((await DiscoverAsync(entity)).Registrations);

        _process.Follow(Guid.NewGuid(), TimeScale.LeastDifference - TimeSpan.FromTicks(1));

        Assert.Single((await DiscoverAsync(entity)).Registrations);
        _process.Follow(_process.Scale.Run, TimeSpan.FromTicks(1));
        Assert.IsType<RetryLater>(await entity.Ask<object>(Query(), TestTimeouts.Default));
    }

    [Fact]
    public async Task A_process_that_goes_by_the_same_time_reads_what_another_wrote_exactly()
    {
        IActorRef writer = Start();
        await RegisterAsync(writer, LongestTtl);
        await StopAsync(writer);
        _wall.Advance(TimeSpan.FromHours(1));
        RegistryClock first = _process;

        // Another machine, whose wall clock is always ahead.
        _wall.Step(TimeSpan.FromHours(80));
        _process = NewProcess();
        _process.Follow(first.Scale.Run, TimeSpan.FromHours(-80));
        _wall.Advance(TimeSpan.FromHours(2));

        Assert.Equal(LongestTtl - 10_800, Assert.Single((await DiscoverAsync(Start())).Registrations).RemainingTtlSeconds);
    }

    private RegistryClock NewProcess() => new(new SteadyTimeProvider(_wall));

    private IActorRef Start() => _shard.ChildActorOf(NamespaceEntity.Props(
        EntityCalls.ChatId,
        new NamespaceEntitySettings(_process.Time, TimeSpan.FromMinutes(10), TestDirectory.ListAsync, NullLogger.Instance)
        {
            Metrics = TestMetrics.Entities,
            Health = TestHealth.Well,
            Clock = _process,
            LongestWait = TimeSpan.FromSeconds(5),
        }));

    private async Task StopAsync(IActorRef entity)
    {
        Watch(entity);
        entity.Tell(StopEntity.Instance);
        await ExpectTerminatedAsync(entity, TestTimeouts.Default);
    }

    private DateTimeOffset Deadline => _process.Time.GetUtcNow().AddSeconds(5);

    private Task<RegisterReply> RegisterAsync(IActorRef entity, uint ttlSeconds) => entity.Ask<RegisterReply>(
        NamespaceCommand.For(new RegisterCommand(
            EntityCalls.Chat, TestPeers.Id(1), TestPeers.Envelope(1), RegistrationFlavour.Standard, 1, ttlSeconds, Deadline)),
        TestTimeouts.Default);

    private Task<UnregisterReply> UnregisterAsync(IActorRef entity) => entity.Ask<UnregisterReply>(
        NamespaceCommand.For(new UnregisterCommand(EntityCalls.Chat, TestPeers.Id(1), Deadline)), TestTimeouts.Default);

    private NamespaceCommand Query() => NamespaceCommand.For(new DiscoverQuery(EntityCalls.Chat, 0, 1000, 1024 * 1024, Deadline));

    private Task<DiscoverReply> DiscoverAsync(IActorRef entity) => entity.Ask<DiscoverReply>(Query(), TestTimeouts.Default);
}
