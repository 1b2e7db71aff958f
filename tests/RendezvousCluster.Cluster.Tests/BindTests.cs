using System.Net;
using System.Net.Sockets;
using RendezvousCluster.Registry;

namespace RendezvousCluster.Cluster.Tests;

public sealed class BindTests
{
    [Fact]
    public async Task A_taken_port_is_reported_in_one_line()
    {
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        var bind = (IPEndPoint)squatter.LocalEndpoint;

        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => ClusterNode.StartAsync(options =>
        {
            options.Storage = RegistryStorage.Memory;
            options.Cluster.Bind = bind;
        }));

        Assert.StartsWith($"Other nodes cannot be listened for on {bind}: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
