using Akka.Actor;
using Akka.Persistence;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Registry.Tests.Entities;
using RendezvousCluster.Registry.Verification;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Registry.Tests.Verification;

/// <summary>The command finds all that is missing or damaged in a real store, and says it as a recovery does.</summary>
public abstract class RegistryVerificationTests : TestsOnAStore
{
    private static readonly CompactionSettings Often = new() { MinEventsBetweenSnapshots = 10, MinTimeBetweenSnapshots = TimeSpan.Zero };

    [Fact]
    public async Task A_whole_store_is_whole_and_counted()
    {
        await FillAsync(12);

        (bool isWhole, List<string> lines) = await VerifyAsync();

        Assert.True(isWhole, string.Join('\n', lines));
        Assert.Matches("^13 events and 1 snapshots of 1 journals are whole\\.$", Assert.Single(lines));
    }

    [Fact]
    public async Task Everything_that_is_missing_or_damaged_gets_a_line()
    {
        await FillAsync(12);
        long snapshot = Assert.Single(await System.Rows.SnapshotsAsync(EntityCalls.ChatId));
        await System.Rows.DamageSnapshotAsync(EntityCalls.ChatId, snapshot);
        await System.Rows.FlipBitAsync(EntityCalls.ChatId, 3, bit: 200);
        await System.Rows.SetManifestAsync(EntityCalls.ChatId, 4, "zz");
        await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: 6, to: 7);

        (bool isWhole, List<string> lines) = await VerifyAsync();

        Assert.False(isWhole);
        Assert.Collection(
            lines,
            line => Assert.StartsWith(
                $"The snapshot of {EntityCalls.ChatId} at event {snapshot} in the table 'snapshot' is damaged: Its ", line,
                StringComparison.Ordinal),
            line => Assert.Matches(
                $"^Event 3 of {EntityCalls.ChatId} in the table 'journal' cannot be read: Its [0-9]+ bytes do not match their checksum\\.$",
                line),
            line => Assert.Equal(
                $"Event 4 of {EntityCalls.ChatId} in the table 'journal' cannot be read: Manifest 'zz' is unknown to this version.", line),
            line => Assert.Equal($"Events 6 to 7 of {EntityCalls.ChatId} in the table 'journal' are missing.", line),
            line => Assert.Equal("11 events and 1 snapshots of 1 journals were read; 4 faults were found.", line));
    }

    [Fact]
    public async Task A_journal_that_ends_before_its_snapshot_is_named()
    {
        await FillAsync(12);
        long snapshot = Assert.Single(await System.Rows.SnapshotsAsync(EntityCalls.ChatId));
        await System.Rows.LoseEventsAsync(EntityCalls.ChatId, from: snapshot - 2);

        (bool isWhole, List<string> lines) = await VerifyAsync();

        Assert.False(isWhole);
        Assert.Equal(
            $"The journal of {EntityCalls.ChatId} ends with event {snapshot - 3}, before the snapshot of it at event {snapshot}.",
            lines[0]);
    }

    private async Task FillAsync(int peers)
    {
        Persistence.Instance.Apply(System.Kit.Sys).SnapshotStoreFor(string.Empty);
        IActorRef entity = System.Kit.CreateTestProbe().ChildActorOf(EntityCalls.ChatProps(compaction: Often));
        for (int peer = 1; peer <= peers; peer++)
        {
            await entity.RegisterOkAsync(peer);
        }

        await System.Kit.AwaitAssertAsync(
            async () => Assert.Single(await System.Rows.SnapshotsAsync(EntityCalls.ChatId)), TestTimeouts.Default);
    }

    private async Task<(bool IsWhole, List<string> Lines)> VerifyAsync()
    {
        List<string> lines = [];
        return (await RegistryVerification.RunAsync(System.Store, lines.Add, CancellationToken.None).Within(), lines);
    }
}

public sealed class SqliteVerificationTests : RegistryVerificationTests
{
    private protected override Task<TestStore> NewStoreAsync() => Task.FromResult(TestStore.Sqlite());
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresVerificationTests(TestPostgres server) : RegistryVerificationTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}

[Collection(MariaDbCollection.Name)]
public sealed class MariaDbVerificationTests(TestMariaDb server) : RegistryVerificationTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}
