using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Chaos.Network;

public sealed class NodeProxiesTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Bytes_for_a_node_arrive_there_after_the_delay()
    {
        using var one = new TcpListener(IPAddress.Loopback, 0);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        one.Start();
        other.Start();
        await using var ways = new NodeProxies([(IPEndPoint)one.LocalEndpoint, (IPEndPoint)other.LocalEndpoint], RoundTrip, seed: 1);
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(ways.AddressOf(1)));
        using Socket node = await other.AcceptSocketAsync().Within();
        byte[] heard = new byte[1];
        long start = Stopwatch.GetTimestamp();

        await client.GetStream().WriteAsync(new byte[] { 7 });

        Assert.Equal(1, await node.ReceiveAsync(heard).Within());
        Assert.Equal(7, heard[0]);
        Assert.True(Stopwatch.GetElapsedTime(start) >= RoundTrip / 4); // a way is half of it, and may be a little shorter than said
    }
}
