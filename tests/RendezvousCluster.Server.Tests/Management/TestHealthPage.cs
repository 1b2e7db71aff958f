using Microsoft.Extensions.DependencyInjection;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Management.Health;

namespace RendezvousCluster.Server.Tests.Management;

/// <summary>The page of readiness, over a registry that a test sets.</summary>
internal static class TestHealthPage
{
    public static HealthPage Of(IRegistryReadiness registry, Func<(int Open, int Most)?>? connections = null) => new ServiceCollection()
        .AddLogging()
        .AddSingleton(new NodeHealth(registry, connections ?? (() => null), TimeProvider.System))
        .AddNodeHealthChecks()
        .BuildServiceProvider()
        .GetRequiredService<HealthPage>();
}
