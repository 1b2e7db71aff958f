using RendezvousCluster.Core;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests;

public abstract class ShardedRegistryConformanceTests : RegistryConformance
{
    private RegistryNode? _node;

    protected override bool ServesAllNamespaces => false;

    public override async Task DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    protected override async Task<IRegistry> StartAsync(TimeProvider time)
    {
        _node = await StartNodeAsync(time);
        return _node.Registry;
    }

    private protected abstract Task<RegistryNode> StartNodeAsync(TimeProvider time);
}

/// <summary>Over a journal in SQLite files.</summary>
public sealed class SqliteRegistryConformanceTests : ShardedRegistryConformanceTests
{
    private readonly string _directory = Directory.CreateTempSubdirectory("rendezvous-").FullName;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private protected override Task<RegistryNode> StartNodeAsync(TimeProvider time) =>
        RegistryNode.StartAsync(time, options => options.DataDirectory = _directory);
}

/// <summary>Over the journal in memory.</summary>
public sealed class MemoryRegistryConformanceTests : ShardedRegistryConformanceTests
{
    private protected override Task<RegistryNode> StartNodeAsync(TimeProvider time) =>
        RegistryNode.StartAsync(time, options => options.EnableMemoryDatabase = true);
}
