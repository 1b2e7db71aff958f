using Akka.Actor;
using Akka.TestKit;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>A journal with an event that cannot be read answers at once, leaves one line in the log, and loses nothing.</summary>
public abstract class UnreadableJournalTests : TestsOnAStore, IDisposable
{
    private const long Damaged = 3;

    private readonly RecordingLogger _log = new();

    public static TheoryData<string> Damages => ["later version", "another serializer", "cut"];

    public void Dispose()
    {
        _log.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Every_request_is_refused_at_once_and_one_line_of_the_log_says_why(string damage)
    {
        await FillAndDamageAsync(damage);

        IActorRef entity = Start();

        var registered = Assert.IsType<RegisterReply>(await entity.Ask<object>(EntityCalls.Register(4), TestTimeouts.Default));
        Assert.Equal((RendezvousStatus.Unavailable, StatusTexts.NamespaceUnreadable), (registered.Status, registered.StatusText));
        DiscoverReply discovered = await entity.DiscoverAsync();
        Assert.Equal((RendezvousStatus.Unavailable, StatusTexts.NamespaceUnreadable), (discovered.Status, discovered.StatusText));
        (LogLevel level, string line) = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Error, level);
        Assert.StartsWith($"Recovery of {EntityCalls.ChatId} failed after event {Damaged - 1}: ", line, StringComparison.Ordinal);
        Assert.Empty(_log.Exceptions);
    }

    [Fact]
    public async Task An_entity_that_refuses_deletes_nothing_and_its_successor_shows_all_when_the_journal_is_mended()
    {
        await FillAndDamageAsync("later version");
        TestProbe shard = System.Kit.CreateTestProbe();
        IActorRef entity = Start(shard);
        System.Kit.Watch(entity);

        entity.Tell(new Reclaim(EntityCalls.ChatId));
        Assert.Equal(RendezvousStatus.Unavailable, (await entity.DiscoverAsync()).Status);
        shard.Send(entity, StopEntity.Passivating);

        await System.Kit.ExpectTerminatedAsync(entity, TestTimeouts.Default);
        await System.Rows.SetManifestAsync(EntityCalls.ChatId, Damaged, "er");
        Assert.Equal(3, (await Start().DiscoverAsync()).Registrations.Count);
    }

    /// <summary>In the checksum, in the peer, in the envelope and at the end.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(200)]
    [InlineData(700)]
    [InlineData(-1)]
    public async Task A_flipped_bit_is_named_by_table_and_number_and_not_served(int bit)
    {
        await FillAsync();
        int bits = await System.Rows.CountBitsAsync(EntityCalls.ChatId, Damaged);
        int at = bit < 0 ? bits + bit : bit;
        Assert.InRange(at, 0, bits - 1);
        await System.Rows.FlipBitAsync(EntityCalls.ChatId, Damaged, at);

        Assert.Equal(RendezvousStatus.Unavailable, (await Start().DiscoverAsync()).Status);

        Assert.StartsWith(
            $"Recovery of {EntityCalls.ChatId} failed after event {Damaged - 1}: Event {Damaged} in the table 'journal' cannot be read: ",
            Assert.Single(_log.Lines).Message,
            StringComparison.Ordinal);
        await System.Rows.FlipBitAsync(EntityCalls.ChatId, Damaged, at);
        Assert.Equal(3, (await Start().DiscoverAsync()).Registrations.Count);
    }

    [Fact]
    public async Task Events_of_an_earlier_version_have_no_checksum_and_are_served()
    {
        await FillAsync();
        foreach (long sequence in await System.Rows.EventsAsync(EntityCalls.ChatId))
        {
            await System.Rows.TakeChecksumAsync(EntityCalls.ChatId, sequence);
        }

        Assert.Equal(3, (await Start().DiscoverAsync()).Registrations.Count);
    }

    private async Task FillAndDamageAsync(string damage)
    {
        await FillAsync();
        await (damage switch
        {
            "later version" => System.Rows.SetManifestAsync(EntityCalls.ChatId, Damaged, "zz"),
            "another serializer" => System.Rows.SetSerializerAsync(EntityCalls.ChatId, Damaged, 1, "System.Object"),
            _ => System.Rows.CutEventAsync(EntityCalls.ChatId, Damaged),
        });
    }

    private async Task FillAsync()
    {
        IActorRef entity = Start();
        for (int peer = 1; peer <= 3; peer++)
        {
            await entity.RegisterOkAsync(peer);
        }
    }

    private IActorRef Start(TestProbe? shard = null) =>
        (shard ?? System.Kit.CreateTestProbe()).ChildActorOf(EntityCalls.ChatProps(logger: _log));
}

public sealed class SqliteUnreadableJournalTests : UnreadableJournalTests
{
    private protected override Task<TestStore> NewStoreAsync() => Task.FromResult(TestStore.Sqlite());
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresUnreadableJournalTests(TestPostgres server) : UnreadableJournalTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}

[Collection(MariaDbCollection.Name)]
public sealed class MariaDbUnreadableJournalTests(TestMariaDb server) : UnreadableJournalTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}
