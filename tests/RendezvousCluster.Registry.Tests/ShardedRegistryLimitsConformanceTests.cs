using RendezvousCluster.Core;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests;

/// <summary>Over a journal in SQLite files: writes take their time, so that commands come in batches.</summary>
public sealed class SqliteRegistryLimitsConformanceTests : RegistryLimitsConformance
{
    private readonly string _directory = Directory.CreateTempSubdirectory("rendezvous-").FullName;
    private RegistryNode? _node;

    public override async Task DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    protected override async Task<IRegistry> StartAsync(TimeProvider time)
    {
        _node = await RegistryNode.StartAsync(time, options =>
        {
            options.DataDirectory = _directory;
            options.Limits = Limits;
        });
        return _node.Registry;
    }
}

/// <summary>Over the journal in memory.</summary>
public sealed class MemoryRegistryLimitsConformanceTests : RegistryLimitsConformance
{
    private RegistryNode? _node;

    public override async Task DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    protected override async Task<IRegistry> StartAsync(TimeProvider time)
    {
        _node = await RegistryNode.StartAsync(time, options =>
        {
            options.EnableMemoryDatabase = true;
            options.Limits = Limits;
        });
        return _node.Registry;
    }
}
