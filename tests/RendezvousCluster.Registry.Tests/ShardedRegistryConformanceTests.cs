using RendezvousCluster.Core;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests;

public abstract class ShardedRegistryConformanceTests : RegistryConformance
{
    private TestStore? _store;
    private RegistryNode? _node;

    public override async Task DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        _store?.Dispose();
    }

    protected override async Task<IRegistry> StartAsync(TimeProvider time)
    {
        _store = await NewStoreAsync();
        _node = await RegistryNode.StartAsync(time, _store.Configure);
        return _node.Registry;
    }

    private protected abstract Task<TestStore> NewStoreAsync();
}

/// <summary>Over a journal in SQLite files.</summary>
[TakesSeconds(30)]
public sealed class SqliteRegistryConformanceTests : ShardedRegistryConformanceTests
{
    private protected override Task<TestStore> NewStoreAsync() => Task.FromResult(TestStore.Sqlite());
}

/// <summary>Over the journal in memory.</summary>
public sealed class MemoryRegistryConformanceTests : ShardedRegistryConformanceTests
{
    private protected override Task<TestStore> NewStoreAsync() => Task.FromResult(TestStore.Memory());
}

[TakesSeconds(50)]
public sealed class PostgresRegistryConformanceTests(TestPostgres server)
    : ShardedRegistryConformanceTests, IClassFixture<TestPostgres>
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}

[TakesSeconds(40)]
public sealed class MariaDbRegistryConformanceTests(TestMariaDb server)
    : ShardedRegistryConformanceTests, IClassFixture<TestMariaDb>
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}
