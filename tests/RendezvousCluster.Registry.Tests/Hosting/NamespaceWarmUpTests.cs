using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Janitors;
using RendezvousCluster.Registry.Tests.Entities;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing.Metrics;

namespace RendezvousCluster.Registry.Tests.Hosting;

/// <summary>What a node does before it joins, on each kind of store.</summary>
public abstract class NamespaceWarmUpTests : TestsOnAStore, IDisposable
{
    private readonly TestMeters _meters = new();

    private SqlJournalInventory Inventory => new(System.Store.Events!, System.Store.Snapshots!);

    public void Dispose()
    {
        _meters.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_namespace_is_written_and_read_back_and_nothing_is_left_of_it()
    {
        await NewWarmUp(Inventory).RunAsync(CancellationToken.None).Within();

        // A first owner, and one that reads what that has written.
        Assert.Equal(2, _meters.Recorded(EntityMetrics.RecoveryDurationName)?.Count);
        // Each owner opens the journal with an event of its own first.
        Assert.Equal([2, 1, 1], _meters.Recorded(EntityMetrics.CommitEventsName));
        Assert.Equal(0, _meters.Observe(EntityMetrics.AwakeName));
        Assert.Equal(0, await System.Rows.JournalRowsAsync());
        Assert.Empty(await System.Rows.SnapshotsAsync());
    }

    [Fact]
    public async Task Two_at_once_do_not_meet()
    {
        await Task.WhenAll(
            NewWarmUp(Inventory).RunAsync(CancellationToken.None),
            NewWarmUp(Inventory).RunAsync(CancellationToken.None)).Within();

        Assert.Equal(0, await System.Rows.JournalRowsAsync());
    }

    [Fact]
    public async Task A_failing_warm_up_is_reported()
    {
        var exception = await Assert.ThrowsAsync<WarmUpException>(
            () => NewWarmUp(new BrokenInventory()).RunAsync(CancellationToken.None).Within());

        Assert.Equal("The table is locked.", exception.Message);
        Assert.Equal(0, _meters.Observe(EntityMetrics.AwakeName)); // the owner did not stay on the stage
    }

    [Fact]
    public async Task A_node_that_has_to_stop_does_not_go_on()
    {
        using var stopping = new CancellationTokenSource();
        Task warmUp = NewWarmUp(new BrokenInventory(stopping)).RunAsync(stopping.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => warmUp.Within());
    }

    private NamespaceWarmUp NewWarmUp(IJournalInventory inventory)
    {
        var settings = new NamespaceEntitySettings(
            TimeProvider.System, TimeSpan.FromMinutes(10), TestDirectory.ListAsync, NullLogger.Instance)
        {
            Metrics = new EntityMetrics(_meters),
            Health = TestHealth.Well,
        };
        return new NamespaceWarmUp(System.Kit.Sys, settings, inventory);
    }

    /// <summary>Fails when it is asked for a snapshot; with a source, cancels it as well.</summary>
    private sealed class BrokenInventory(CancellationTokenSource? stopping = null) : IJournalInventory
    {
        public async Task<bool> HasSnapshotAsync(string persistenceId, CancellationToken cancellationToken)
        {
            if (stopping is not null)
            {
                await stopping.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
            }

            throw new IOException("The table is locked.");
        }

        public Task ForgetAsync(string persistenceId, CancellationToken cancellationToken) => throw NotReached();

        public Task<(IReadOnlyList<IdleJournal> Idle, string? Next)> FindIdleAsync(
            string after, DateTimeOffset cutoff, int limit, CancellationToken cancellationToken) => throw NotReached();

        public Task<bool> DropMarkAsync(string persistenceId, DateTimeOffset cutoff, CancellationToken cancellationToken) =>
            throw NotReached();

        public Task<DateTimeOffset?> FindNewestAsync(CancellationToken cancellationToken) => throw NotReached();

        private static InvalidOperationException NotReached() => new("A warm-up does not come so far here.");
    }
}

public sealed class SqliteNamespaceWarmUpTests : NamespaceWarmUpTests
{
    private protected override Task<TestStore> NewStoreAsync() => Task.FromResult(TestStore.Sqlite());
}

[Collection(PostgresNodesCollection.Name)]
public sealed class PostgresNamespaceWarmUpTests(TestPostgres server) : NamespaceWarmUpTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}

[Collection(MariaDbNodesCollection.Name)]
public sealed class MariaDbNamespaceWarmUpTests(TestMariaDb server) : NamespaceWarmUpTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}
