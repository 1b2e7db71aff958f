using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Metrics;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>What an entity tells of itself, from waking up to its end.</summary>
public sealed class NamespaceEntityMetricsTests : TestKit
{
    private const uint TtlSeconds = 7200;

    private const string Local = """
        akka.actor.provider = local
        akka.loggers = ["Akka.Event.DefaultLogger"]
        akka.loglevel = OFF
        """;

    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly TestMeters _meters = new();
    private readonly EntityMetrics _metrics;
    private readonly TestProbe _shard;

    public NamespaceEntityMetricsTests()
        : base(ConfigurationFactory.ParseString(TestJournal.Config + "\n" + Local).WithFallback(RegistryConfiguration.ForMemory()))
    {
        _shard = CreateTestProbe();
        _metrics = new EntityMetrics(_meters);
    }

    private (double? Registrations, double? Awake) Held =>
        (_meters.Observe(EntityMetrics.RegistrationsName), _meters.Observe(EntityMetrics.AwakeName));

    [Fact]
    public async Task A_registration_counts_until_it_is_taken_back_or_swept()
    {
        IActorRef entity = Start();
        await RegisterAsync(entity, 1);
        await RegisterAsync(entity, 2);
        await RegisterAsync(entity, 2);
        Assert.Equal((2, 1), Held);
        Assert.Equal((Chat, 2), Assert.Single(_metrics.Namespaces.Largest(5)));

        await entity.Ask<UnregisterReply>(
            NamespaceCommand.For(new UnregisterCommand(Chat, TestPeers.Id(1), Deadline)), TestTimeouts.Default);
        Assert.Equal((1, 1), Held);

        _time.Advance(TimeSpan.FromSeconds(TtlSeconds) + NamespaceEntitySettings.MinSweepInterval);
        await Eventually.EqualAsync((0, 1), () => Held);
        Assert.Empty(_metrics.Namespaces.Largest(5));
    }

    [Fact]
    public async Task Each_write_is_measured_and_a_recovery_too()
    {
        IActorRef entity = Start();
        await RegisterAsync(entity, 1);
        await RegisterAsync(entity, 2);

        Assert.Equal([2, 1], _meters.Recorded(EntityMetrics.CommitEventsName)); // the first one opens the journal
        Assert.Equal(2, _meters.Recorded(EntityMetrics.CommitDurationName)?.Count);
        Assert.Single(_meters.Recorded(EntityMetrics.RecoveryDurationName)!);
    }

    [Fact]
    public async Task An_entity_that_stops_is_awake_no_more_and_its_successor_counts_what_it_reads()
    {
        IActorRef entity = Start();
        await RegisterAsync(entity, 1);
        await StopAsync(entity);
        await Eventually.EqualAsync((0, 0), () => Held);

        IActorRef successor = Start();
        await RegisterAsync(successor, 2);

        Assert.Equal((2, 1), Held);
    }

    [Fact]
    public async Task A_write_that_fails_is_counted_and_its_entity_leaves()
    {
        IActorRef entity = Start();
        await RegisterAsync(entity, 1);
        JournalControl.Of(Sys).BeforeCommit = () => throw new InvalidOperationException("the disk is full");
        Watch(entity);

        Assert.Same(RetryLater.Instance, await entity.Ask<object>(Register(2), TestTimeouts.Default));
        await ExpectTerminatedAsync(entity, TestTimeouts.Default);

        await Eventually.EqualAsync((0, 0), () => Held);
        Assert.Equal(1, _meters.Counted(EntityMetrics.WritesFailedName));
    }

    [Fact]
    public async Task Snapshots_and_deletions_are_counted_by_their_outcome()
    {
        IActorRef entity = Start(new CompactionSettings
        {
            MinEventsBetweenSnapshots = 4,
            MinTimeBetweenSnapshots = TimeSpan.Zero,
            PauseBetweenDeletions = TimeSpan.Zero,
        });
        for (int write = 0; write < 16; write++)
        {
            await RegisterAsync(entity, 1);
            _time.Advance(CompactionSettings.Default.TrustAge / 2);
        }

        await Eventually.EqualAsync(true, () => _meters.Counted($"{EntityMetrics.SnapshotsName} outcome=done") >= 2);
        await Eventually.EqualAsync(
            true,
            () =>
            {
                // A snapshot may be saved after the last write; only time then brings the deletion, when it is due.
                _time.Advance(CompactionSettings.Default.FenceAge);
                return _meters.Counted($"{EntityMetrics.DeletionsName} what=events outcome=done") >= 1;
            });
        Assert.Equal(0, _meters.Counted($"{EntityMetrics.SnapshotsName} outcome=failed"));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _meters.Dispose();
    }

    private DateTimeOffset Deadline => _time.GetUtcNow().AddSeconds(5);

    private IActorRef Start(CompactionSettings? compaction = null) => _shard.ChildActorOf(NamespaceEntity.Props(
        EntityIds.For(Chat),
        new NamespaceEntitySettings(_time, TimeSpan.FromMinutes(10), TestDirectory.ListAsync, NullLogger.Instance)
        {
            Metrics = _metrics,
            Health = TestHealth.Well,
            Compaction = compaction ?? CompactionSettings.Default,
        }));

    private NamespaceCommand Register(int peer) => NamespaceCommand.For(
        new RegisterCommand(Chat, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, TtlSeconds, Deadline));

    private async Task RegisterAsync(IActorRef entity, int peer) =>
        Assert.Equal(RendezvousStatus.Ok, (await entity.Ask<RegisterReply>(Register(peer), TestTimeouts.Default)).Status);

    private async Task StopAsync(IActorRef entity)
    {
        Watch(entity);
        entity.Tell(StopEntity.Instance);
        await ExpectTerminatedAsync(entity, TestTimeouts.Default);
    }
}
