using System.Net;
using System.Net.Sockets;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

public sealed class ListenAddressesTests
{
    public static TheoryData<string, string, string> Wildcards
    {
        get
        {
            var wildcards = new TheoryData<string, string, string>();
            foreach (string suffix in Listening.Suffixes)
            {
                wildcards.Add("/ip4/0.0.0.0", "/ip6/::", suffix);
                wildcards.Add("/ip6/::", "/ip4/0.0.0.0", suffix);
            }

            return wildcards;
        }
    }

    [Theory]
    [MemberData(nameof(Wildcards))]
    public async Task The_wildcards_of_both_ip_versions_share_a_port_in_either_order(string first, string second, string suffix)
    {
        // A port is free when one was just given back; somebody else may take it in between.
        for (int attempt = 0; ; attempt++)
        {
            int port = FreePort();
            var options = new Libp2pOptions
            {
                ListenAddresses = { Multiaddr.Parse($"{first}/tcp/{port}{suffix}"), Multiaddr.Parse($"{second}/tcp/{port}{suffix}") },
            };
            await using var host = new Libp2pHost(options.WithListening(), []);
            try
            {
                host.CheckListenAddresses();
                await host.StartAsync();
            }
            catch (TransportException) when (attempt < 5 && IsTaken(port))
            {
                continue;
            }

            await using var client = new Libp2pHost(new Libp2pOptions(), []);
            Assert.Equal(host.PeerId, (await client.DialAsync(Multiaddr.Parse($"/ip4/127.0.0.1/tcp/{port}{suffix}")).Within()).RemotePeer);
            Assert.Equal(host.PeerId, (await client.DialAsync(Multiaddr.Parse($"/ip6/::1/tcp/{port}{suffix}")).Within()).RemotePeer);
            Assert.Contains(host.ListenAddresses, address => address.Components[0].Name == "ip4");
            Assert.Contains(host.ListenAddresses, address => address.Components[0].Name == "ip6");
            return;
        }
    }

    [Fact]
    public async Task The_wildcard_of_ipv6_alone_serves_what_it_tells_which_is_ipv6_only()
    {
        Libp2pOptions options = new Libp2pOptions { ListenAddresses = { Multiaddr.Parse("/ip6/::/tcp/0") } }.WithListening();
        await using var host = new Libp2pHost(options, []);
        await host.StartAsync();
        string port = host.ListenAddresses[0].ValueOf("tcp")!;
        await using var client = new Libp2pHost(new Libp2pOptions(), []);

        Assert.All(host.ListenAddresses, address => Assert.Equal("ip6", address.Components[0].Name));
        await client.DialAsync(Multiaddr.Parse($"/ip6/::1/tcp/{port}")).Within();
        await Assert.ThrowsAsync<TransportException>(() => client.DialAsync(Multiaddr.Parse($"/ip4/127.0.0.1/tcp/{port}")).Within());
    }

    [Fact]
    public async Task A_taken_port_is_found_before_the_start_and_nothing_stays_bound()
    {
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        int taken = ((IPEndPoint)squatter.LocalEndpoint).Port;
        int free = FreePort();
        Multiaddr taking = Multiaddr.Parse($"/ip4/127.0.0.1/tcp/{taken}{Listening.Suffixes[^1]}");
        await using var host = new Libp2pHost(
            new Libp2pOptions { ListenAddresses = { Multiaddr.Parse($"/ip4/127.0.0.1/tcp/{free}"), taking } }.WithListening(), []);

        TransportException failure = Assert.Throws<TransportException>(host.CheckListenAddresses);

        Assert.Contains(taking.ToString(), failure.Message);
        Assert.False(IsTaken(free));
        squatter.Stop();
        host.CheckListenAddresses();
        await host.StartAsync();
    }

    [Theory]
    [InlineData("/ip4/127.0.0.1/udp/4001/quic-v1")]
    [InlineData("/dns4/localhost/tcp/4001")]
    [InlineData("/ip4/192.0.2.1/tcp/4001")]
    public async Task An_address_that_cannot_be_listened_on_is_found_before_the_start(string address)
    {
        await using var host = new Libp2pHost(new Libp2pOptions { ListenAddresses = { Multiaddr.Parse(address) } }.WithListening(), []);

        Assert.Contains(address, Assert.Throws<TransportException>(host.CheckListenAddresses).Message);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsTaken(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
