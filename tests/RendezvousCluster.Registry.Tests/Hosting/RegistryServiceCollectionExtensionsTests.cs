using Microsoft.Extensions.DependencyInjection;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Registry.Hosting;

namespace RendezvousCluster.Registry.Tests.Hosting;

public sealed class RegistryServiceCollectionExtensionsTests
{
    [Fact]
    public void A_node_goes_by_the_time_that_counts_suspensions_unless_another_clock_was_given()
    {
        using ServiceProvider services = new ServiceCollection().AddLogging().AddRendezvousRegistry().BuildServiceProvider();

        Assert.Same(MachineTimeProvider.Instance, SteadyTimeProvider.WallOf(services.GetRequiredService<TimeProvider>()));
    }
}
