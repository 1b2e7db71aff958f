using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests;

public sealed class InMemoryRegistryLimitsTests : RegistryLimitsConformance
{
    public override Task DisposeAsync()
    {
        ((InMemoryRegistry)Registry).Dispose();
        return Task.CompletedTask;
    }

    protected override Task<IRegistry> StartAsync(TimeProvider time) => Task.FromResult<IRegistry>(new InMemoryRegistry(time, Limits));
}
