using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RendezvousCluster.Server.Hosting;

namespace RendezvousCluster.Server.Tests.Hosting;

public sealed class ServerHostTests
{
    /// <summary>What a stop really takes depends on the machine; how long peers may hold it up does not.</summary>
    [Fact]
    public void Peers_hold_up_a_stop_for_5_seconds_at_most()
    {
        using IHost host = ServerHost.Create(_ => { });

        Assert.Equal(TimeSpan.FromSeconds(5), host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout);
    }
}
