using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.TestKit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>An entity's journal in a real database: it stays short, survives damage, and still keeps two owners apart.</summary>
public abstract class CompactionOnDiskTests : TestsOnAStore
{
    private static readonly CompactionSettings Settings = new()
    {
        MinEventsBetweenSnapshots = 20,
        MinTimeBetweenSnapshots = TimeSpan.Zero,
        MaxEventsPerDeletion = 8,
        PauseBetweenDeletions = TimeSpan.Zero,
    };

    private static readonly TimeSpan Step = Settings.TrustAge - TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private DateTimeOffset Deadline => _time.GetUtcNow().AddSeconds(5);

    [Fact]
    public async Task Two_snapshots_and_the_events_behind_the_older_one_are_kept()
    {
        List<string> filled = await FillAsync(Start());

        List<long> snapshots = await System.Rows.SnapshotsAsync(EntityCalls.ChatId);
        Assert.Equal(2, snapshots.Count);
        Assert.Equal(snapshots[0] + 1, (await System.Rows.EventsAsync(EntityCalls.ChatId))[0]);
        await AssertComesBackAsync(filled);
    }

    [Fact]
    public async Task A_damaged_snapshot_is_passed_over_for_the_older_one()
    {
        List<string> filled = await FillAsync(Start());

        await System.Rows.DamageSnapshotAsync(EntityCalls.ChatId, (await System.Rows.SnapshotsAsync(EntityCalls.ChatId))[^1]);

        await AssertComesBackAsync(filled);
    }

    [Fact]
    public async Task A_lost_snapshot_costs_nothing_either()
    {
        List<string> filled = await FillAsync(Start());

        await System.Rows.LoseSnapshotAsync(EntityCalls.ChatId, (await System.Rows.SnapshotsAsync(EntityCalls.ChatId))[^1]);

        await AssertComesBackAsync(filled);
    }

    [Fact]
    public async Task Without_a_readable_snapshot_the_entity_serves_what_the_events_that_are_left_prove()
    {
        List<string> filled = await FillAsync(Start());
        List<long> snapshots = await System.Rows.SnapshotsAsync(EntityCalls.ChatId);
        await System.Rows.DamageSnapshotAsync(EntityCalls.ChatId, snapshots[0]);
        await System.Rows.DamageSnapshotAsync(EntityCalls.ChatId, snapshots[1]);

        IActorRef entity = Start();
        Assert.All(Describe(await DiscoverAsync(entity)), found => Assert.Contains(found, filled));
        await RegisterAsync(entity, 7);

        Assert.Contains(TestPeers.Envelope(7), await EnvelopesAsync(Start()));
    }

    /// <summary>As when an older copy of the journal is brought back, or the journal is lost and the snapshots are not.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_snapshot_that_is_ahead_of_its_journal_is_named_and_the_journal_heals(bool isAllLost)
    {
        List<string> filled = await FillAsync(Start());
        long snapshot = (await System.Rows.SnapshotsAsync(EntityCalls.ChatId))[^1];
        long end = isAllLost ? 0 : snapshot - 3;
        await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: end + 1);
        if (isAllLost)
        {
            await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: 0);
        }

        IActorRef healing = Start();
        Assert.All(Describe(await DiscoverAsync(healing)), found => Assert.Contains(PeerOf(found), filled.Select(PeerOf)));
        await RegisterAsync(healing, 7);

        (LogLevel level, string line) = Assert.Single(System.Log.Lines);
        Assert.Equal(LogLevel.Error, level);
        Assert.StartsWith(
            $"The journal of {EntityCalls.ChatId} ends with event {end}, before the snapshot of it at event {snapshot}: ", line,
            StringComparison.Ordinal);
        Assert.Contains(TestPeers.Envelope(7), await EnvelopesAsync(Start()));
        Assert.Single(System.Log.Lines); // healed
    }

    [Fact]
    public async Task An_owner_whose_place_in_the_journal_is_deleted_does_not_acknowledge()
    {
        IActorRef older = Start();
        await RegisterAsync(older, 1);
        await FillAsync(Start());
        Assert.DoesNotContain(3, await System.Rows.EventsAsync(EntityCalls.ChatId)); // where the older one would write
        System.Kit.Watch(older);

        Assert.Same(RetryLater.Instance, await older.Ask<object>(Register(9), TestTimeouts.Default));

        await System.Kit.ExpectTerminatedAsync(older, TestTimeouts.Default);
        Assert.DoesNotContain(TestPeers.Envelope(9), await EnvelopesAsync(Start()));
    }

    [Fact]
    public async Task An_owner_that_trusts_itself_for_ever_is_refused_by_the_journal()
    {
        // As one on a machine that was suspended: its clock stands still with it.
        IActorRef older = Start(Settings with { TrustAge = TimeSpan.MaxValue });
        await RegisterAsync(older, 1);
        await FillAsync(Start());

        await AssertRefusedAsync(older);
    }

    [Fact]
    public async Task An_owner_whose_place_was_deleted_at_once_is_refused_by_the_journal()
    {
        IActorRef older = Start();
        await RegisterAsync(older, 1);
        IActorRef newer = Start(Settings with { FenceAge = TimeSpan.Zero });
        await System.Kit.AwaitAssertAsync(
            async () =>
            {
                await RefreshAsync(newer);
                Assert.DoesNotContain(3, await System.Rows.EventsAsync(EntityCalls.ChatId));
            },
            TestTimeouts.Default);

        await AssertRefusedAsync(older);
    }

    [Fact]
    public async Task A_namespace_in_which_everything_has_expired_is_cleared_when_it_falls_asleep()
    {
        TestProbe shard = System.Kit.CreateTestProbe();
        IActorRef entity = Start(shard: shard);
        await FillAsync(entity);
        System.Kit.Watch(entity);
        _time.Advance(TimeSpan.FromHours(3));

        // Until its last deletion is acknowledged it would only stop, and leave the rest to the janitor.
        await System.Kit.AwaitAssertAsync(
            () =>
            {
                entity.Tell(new Reclaim(EntityCalls.ChatId));
                Assert.True(shard.HasMessages);
            },
            TestTimeouts.Default);
        entity.Tell((await shard.ExpectMsgAsync<Passivate>(TestTimeouts.Default)).StopMessage);

        await System.Kit.ExpectTerminatedAsync(entity, TestTimeouts.Default);
        Assert.Empty(await System.Rows.EventsAsync(EntityCalls.ChatId));
        Assert.Empty(await System.Rows.SnapshotsAsync(EntityCalls.ChatId));
        Assert.Equal(1, await System.Rows.JournalRowsAsync()); // the mark
        IActorRef next = Start();
        Assert.Empty((await DiscoverAsync(next)).Registrations);
        await RegisterAsync(next, 1);
        await AssertComesBackAsync(Describe(await DiscoverAsync(next)));
    }

    // Five peers that refresh, through several snapshots and deletions, until nothing more can be deleted. Answers what is registered then.
    private async Task<List<string>> FillAsync(IActorRef entity)
    {
        for (int round = 0; round < 30; round++)
        {
            await RefreshAsync(entity);
            _time.Advance(Step);
        }

        await RefreshAsync(entity);
        List<string> filled = Describe(await DiscoverAsync(entity));
        _time.Advance(Settings.FenceAge);
        await System.Kit.AwaitAssertAsync(
            async () =>
            {
                // A slow database says only now that the last snapshot is saved, or leaves a deletion to be tried again: both have an
                // age to reach.
                _time.Advance(TimeSpan.FromSeconds(10));
                List<long> snapshots = await System.Rows.SnapshotsAsync(EntityCalls.ChatId);
                List<long> events = await System.Rows.EventsAsync(EntityCalls.ChatId);
                Assert.Equal(2, snapshots.Count);
                Assert.Equal(snapshots[0] + 1, events[0]);

                // Else a snapshot is due, or on its way, and both go on.
                Assert.InRange(events[^1] - snapshots[1], 0, Settings.MinEventsBetweenSnapshots - 1);
            },
            TestTimeouts.Default);
        return filled;
    }

    private async Task RefreshAsync(IActorRef entity)
    {
        for (int i = 0; i < 10; i++)
        {
            await RegisterAsync(entity, i % 5);
        }
    }

    // All but the time left, which goes on.
    private static List<string> Describe(DiscoverReply reply) =>
        [.. reply.Registrations.Select(
            found => $"{found with { Envelope = default, RemainingTtlSeconds = 0 }} {Convert.ToHexString(found.Envelope.Span)}")];

    // Of a line of Describe the envelope.
    private static string PeerOf(string described) => described[described.LastIndexOf(' ')..];

    private async Task AssertComesBackAsync(List<string> expected)
    {
        Assert.NotEmpty(expected);
        Assert.Equal(expected, Describe(await DiscoverAsync(Start())));
    }

    private async Task AssertRefusedAsync(IActorRef owner)
    {
        System.Kit.Watch(owner);
        Assert.Same(RetryLater.Instance, await owner.Ask<object>(Register(9), TestTimeouts.Default));
        await System.Kit.ExpectTerminatedAsync(owner, TestTimeouts.Default);
        Assert.DoesNotContain(TestPeers.Envelope(9), await EnvelopesAsync(Start()));
    }

    private NamespaceCommand Register(int peer) => EntityCalls.Register(peer, Deadline);

    private Task RegisterAsync(IActorRef entity, int peer) => entity.RegisterOkAsync(peer, Deadline);

    private Task<DiscoverReply> DiscoverAsync(IActorRef entity) => entity.DiscoverAsync(Deadline);

    private Task<IEnumerable<byte[]>> EnvelopesAsync(IActorRef entity) => entity.EnvelopesAsync(Deadline);

    private IActorRef Start(CompactionSettings? settings = null, TestProbe? shard = null) =>
        (shard ?? System.Kit.CreateTestProbe()).ChildActorOf(EntityCalls.ChatProps(_time, settings ?? Settings));
}

public sealed class SqliteCompactionTests : CompactionOnDiskTests
{
    private protected override Task<TestStore> NewStoreAsync() => Task.FromResult(TestStore.Sqlite());
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresCompactionTests(TestPostgres server) : CompactionOnDiskTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}

[Collection(MariaDbCollection.Name)]
public sealed class MariaDbCompactionTests(TestMariaDb server) : CompactionOnDiskTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}
