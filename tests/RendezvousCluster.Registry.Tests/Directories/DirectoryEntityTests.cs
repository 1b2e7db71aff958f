using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Directories;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Registry.Tests.Entities;
using RendezvousCluster.Registry.Tests.Outages;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Directories;

/// <summary>One part of the directory over a journal that the test holds in its hands.</summary>
public sealed class DirectoryEntityTests : TestKit
{
    private const string Local = """
        akka.actor.provider = local
        akka.loggers = ["Akka.Event.DefaultLogger"]
        akka.loglevel = OFF
        """;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public DirectoryEntityTests()
        : base(ConfigurationFactory.ParseString(TestJournal.Config + "\n" + Local).WithFallback(RegistryConfiguration.ForMemory()))
    {
        Journal = JournalControl.Of(Sys);
    }

    private JournalControl Journal { get; }

    [Fact]
    public async Task An_announcement_is_answered_when_it_is_on_disk()
    {
        IActorRef part = Start();
        var gate = new TaskCompletionSource();
        Journal.BeforeCommit = () => gate.Task;

        Task<AnnouncementReply> announced = AnnounceAsync(part, "a");
        Assert.Equal(2, await NextWriteAsync()); // the opening and the listing
        Assert.Empty(await ListAsync(part));
        Assert.False(announced.IsCompleted);
        gate.SetResult();

        Assert.Equal(new AnnouncementReply(RendezvousStatus.Ok, _time.GetUtcNow().AddHours(1)), await announced.Within());
        Assert.Equal(["a"], await ListAsync(part));
    }

    [Fact]
    public async Task An_announcement_during_a_write_goes_into_the_next_and_one_without_news_into_none()
    {
        IActorRef part = Start();
        await AnnounceAsync(part, "a");
        await NextWriteAsync();
        var gate = new TaskCompletionSource();
        Journal.BeforeCommit = () => gate.Task;

        Task<AnnouncementReply>[] announced = [.. Enumerable.Range(0, 300).Select(number => AnnounceAsync(part, $"name {number}"))];
        Task<AnnouncementReply> known = AnnounceAsync(part, "a");
        Assert.Equal(1, await NextWriteAsync());
        gate.SetResult();

        Assert.All(await Task.WhenAll(announced).Within(), reply => Assert.Equal(RendezvousStatus.Ok, reply.Status));
        Assert.Equal(RendezvousStatus.Ok, (await known.Within()).Status);
        Assert.Equal(GroupCommitLimits.MaxBatch, await NextWriteAsync());
        Assert.Equal(299 - GroupCommitLimits.MaxBatch, await NextWriteAsync());
        Assert.False(Journal.Writes.TryRead(out _));
    }

    [Fact]
    public async Task A_list_survives_the_death_of_its_owner_and_the_next_owner_fences_it_off()
    {
        await AnnounceAsync(Start(), "a");
        await NextWriteAsync();

        IActorRef second = Start();

        Assert.Equal(["a"], await ListAsync(second));
        Assert.Equal(1, await NextWriteAsync());
    }

    [Fact]
    public async Task A_failed_write_ends_the_entity_and_the_caller_gets_the_answer_to_ask_again()
    {
        IActorRef part = Start();
        Watch(part);
        Journal.BeforeCommit = () => throw new InvalidOperationException("The disk is full.");

        Assert.IsType<RetryLater>(await part.Ask<object>(Announcement("a")).Within());
        ExpectTerminated(part);

        Journal.BeforeCommit = () => Task.CompletedTask;
        Assert.Equal(RendezvousStatus.Ok, (await AnnounceAsync(Start(), "a")).Status);
    }

    [Fact]
    public async Task An_owner_that_has_not_written_for_long_recovers_before_it_writes()
    {
        IActorRef part = Start();
        await AnnounceAsync(part, "a");
        Watch(part);
        _time.Advance(CompactionSettings.Default.TrustAge);

        Assert.IsType<RetryLater>(await part.Ask<object>(Announcement("b")).Within());

        ExpectTerminated(part);
        Assert.Equal(RendezvousStatus.Ok, (await AnnounceAsync(Start(), "b")).Status);
    }

    [Fact]
    public async Task A_part_that_is_only_read_from_writes_its_fence_anew_in_good_time()
    {
        IActorRef part = Start();
        await AnnounceAsync(part, "a");
        await NextWriteAsync();
        _time.Advance(CompactionSettings.Default.RenewalAge);

        Assert.Equal(["a"], await ListAsync(part));

        Assert.Equal(1, await NextWriteAsync());
    }

    [Fact]
    public async Task A_part_without_entries_leaves_memory_soon_however_often_it_is_read()
    {
        TestProbe shard = CreateTestProbe();
        IActorRef part = shard.ChildActorOf(Props(maxNamespaces: 10, health: null));
        Watch(part);
        Assert.Empty(await ListAsync(part));

        Passivate passivate = await shard.ExpectMsgAsync<Passivate>(
            JournalEntitySettings.UnfencedLifetime + TestTimeouts.Default);
        part.Tell(passivate.StopMessage);

        ExpectTerminated(part);
    }

    [Fact]
    public async Task A_batch_does_not_take_a_part_beyond_its_limit()
    {
        IActorRef part = Start(maxNamespaces: 10);
        var gate = new TaskCompletionSource();
        Journal.BeforeCommit = () => gate.Task;

        Task<AnnouncementReply>[] announced = [.. Enumerable.Range(0, 50).Select(number => AnnounceAsync(part, $"name {number}"))];
        await NextWriteAsync();
        gate.SetResult();

        Assert.Equal(10, (await Task.WhenAll(announced).Within()).Count(reply => reply.Status == RendezvousStatus.Ok));
        Assert.Equal(10, (await ListAsync(part)).Count());
    }

    [Fact]
    public async Task Full_is_full()
    {
        IActorRef part = Start(maxNamespaces: 2);
        await AnnounceAsync(part, "a");
        await AnnounceAsync(part, "b");

        Assert.Equal(RendezvousStatus.Unavailable, (await AnnounceAsync(part, "c")).Status);
        Assert.Equal(RendezvousStatus.Ok, (await AnnounceAsync(part, "a", hours: 5)).Status);
    }

    [Fact]
    public async Task An_entity_that_has_to_stop_finishes_its_write_and_takes_no_more()
    {
        IActorRef part = Start();
        Watch(part);
        var gate = new TaskCompletionSource();
        Journal.BeforeCommit = () => gate.Task;
        Task<AnnouncementReply> writing = AnnounceAsync(part, "a");
        await NextWriteAsync();
        Task<object> queued = part.Ask<object>(Announcement("b"));

        part.Tell(StopEntity.Instance);
        Task<object> late = part.Ask<object>(Announcement("c"));

        Assert.IsType<RetryLater>(await queued.Within());
        Assert.IsType<RetryLater>(await late.Within());
        gate.SetResult();
        Assert.Equal(RendezvousStatus.Ok, (await writing.Within()).Status);
        ExpectTerminated(part);
    }

    [Fact]
    public async Task At_hand_off_a_write_that_hangs_because_the_store_is_away_is_not_waited_for()
    {
        StoreHealth health = TestHealth.Well;
        IActorRef part = Start(health: health);
        var gate = new TaskCompletionSource();
        Journal.BeforeCommit = () => gate.Task;
        Watch(part);
        Task<object> writing = part.Ask<object>(Announcement("a"));
        await NextWriteAsync();
        health.Watch(new ScriptedStore(), CancellationToken.None);
        health.Raise(isSeen: true);

        part.Tell(StopEntity.Instance);

        Assert.IsType<RetryLater>(await writing.Within());
        ExpectTerminated(part);
        gate.SetResult();
    }

    [Fact]
    public async Task The_end_of_the_part_says_where_the_next_begins()
    {
        NamespaceListing listing =
            await Start().Ask<NamespaceListing>(new ListingQuery(NamespaceKey.First, DateTimeOffset.UnixEpoch, 10)).Within();

        Assert.Equal(DirectoryParts.FirstAfter(0), listing.Continue);
    }

    [Fact]
    public async Task A_list_is_recovered_from_snapshots_and_the_events_behind_them_go_when_they_are_old()
    {
        IActorRef part = Start();
        for (int round = 0; round < 3; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 1_100).Select(number => AnnounceAsync(part, $"name {number}", hours: round + 1)));
            _time.Advance(CompactionSettings.Default.MinTimeBetweenSnapshots);
        }

        Assert.Equal(1_100, (await ListAsync(Start())).Count());
        _time.Advance(CompactionSettings.Default.FenceAge - DirectoryState.SweepInterval);
        await part.Ask<ActorIdentity>(new Identify(messageId: null), TestTimeouts.Default); // all that was due by then is done
        Assert.False(Journal.Deletes.TryRead(out _));

        // The age counts from when the entity learned that the snapshot is saved, which nothing announces: so the clock goes on until the
        // deletion comes.
        (string PersistenceId, long ToSequence) deletion = default;
        await AwaitAssertAsync(
            () =>
            {
                _time.Advance(DirectoryState.SweepInterval);
                Assert.True(Journal.Deletes.TryRead(out deletion));
            },
            TestTimeouts.Default);
        long deletedTo = deletion.ToSequence;

        Assert.InRange(deletedTo, 1_000, 2_301); // the older of two snapshots: one round and a batch at most before the newer

        Assert.Equal(1_100, (await ListAsync(Start())).Count());
    }

    private IActorRef Start(int maxNamespaces = 10_000, StoreHealth? health = null) => Sys.ActorOf(Props(maxNamespaces, health));

    private Props Props(int maxNamespaces, StoreHealth? health) => DirectoryEntity.Props(
        DirectoryMessageExtractor.IdOf(0),
        new DirectoryEntitySettings(_time, maxNamespaces, NullLogger.Instance) { Health = health ?? TestHealth.Well });

    private NamespaceAnnouncement Announcement(string name, int hours = 1) =>
        new(RendezvousNamespace.Parse(name), _time.GetUtcNow().AddHours(hours), _time.GetUtcNow() + DirectoryState.ActivitySpan);

    private Task<AnnouncementReply> AnnounceAsync(IActorRef part, string name, int hours = 1) =>
        part.Ask<AnnouncementReply>(Announcement(name, hours), TestTimeouts.Default);

    private static async Task<IEnumerable<string>> ListAsync(IActorRef part) =>
        (await part.Ask<NamespaceListing>(new ListingQuery(NamespaceKey.First, DateTimeOffset.UnixEpoch, 10_000), TestTimeouts.Default))
            .Namespaces.Select(name => name.Name);

    private async Task<int> NextWriteAsync() => await Journal.Writes.ReadAsync().AsTask().Within();
}
