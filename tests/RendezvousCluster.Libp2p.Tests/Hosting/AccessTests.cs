using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

/// <summary>A host that does not serve everybody.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task A_connection_from_a_blocked_network_is_closed_before_a_byte_of_it_is_read()
    {
        await using Libp2pHost server = await StartAsync(AccessList.Parse(["block 127.0.0.0/8"]));
        await using var client = new Libp2pHost(new Libp2pOptions(), []);

        await Assert.ThrowsAnyAsync<Libp2pException>(() => client.DialAsync(AddressOf(server)).Within());

        Assert.Empty(server.Connections);
    }

    [Fact]
    public async Task A_blocked_peer_is_refused_and_others_from_the_same_address_are_served()
    {
        await using var blocked = new Libp2pHost(new Libp2pOptions(), []);
        await using var other = new Libp2pHost(new Libp2pOptions(), []);
        await using Libp2pHost server = await StartAsync(AccessList.Parse([$"block {blocked.PeerId}"]));

        // The handshake ends on the dialler's side before the listener knows the peer.
        if (await Record.ExceptionAsync(() => blocked.DialAsync(AddressOf(server)).Within()) is null)
        {
            await Eventually.EqualAsync(true, () => blocked.Connections.Count == 0);
        }

        IPeerConnection served = await other.DialAsync(AddressOf(server)).Within();
        Assert.False(served.Closed.IsCancellationRequested);
        await Eventually.EqualAsync(other.PeerId, () => server.Connections.SingleOrDefault()?.RemotePeer);
    }

    [Fact]
    public async Task A_list_that_changes_ends_the_connections_that_it_does_not_serve()
    {
        await using var blocked = new Libp2pHost(new Libp2pOptions(), []);
        await using var other = new Libp2pHost(new Libp2pOptions(), []);
        await using Libp2pHost server = await StartAsync(AccessList.Everybody);
        IPeerConnection ended = await blocked.DialAsync(AddressOf(server)).Within();
        IPeerConnection stays = await other.DialAsync(AddressOf(server)).Within();
        await Eventually.EqualAsync(2, () => server.Connections.Count);

        Assert.Equal(1, server.ChangeAccess(AccessList.Parse([$"block {blocked.PeerId}"])));

        await Eventually.EqualAsync(true, () => ended.Closed.IsCancellationRequested);
        Assert.False(stays.Closed.IsCancellationRequested);
        Assert.Equal(1, server.ChangeAccess(AccessList.Parse(["allow 192.0.2.0/24"])));
        await Eventually.EqualAsync(true, () => stays.Closed.IsCancellationRequested);
    }

    [Fact]
    public async Task Connections_that_the_host_has_dialled_itself_stay()
    {
        await using Libp2pHost server = await StartAsync(AccessList.Everybody);
        await using var client = new Libp2pHost(
            new Libp2pOptions { Access = AccessList.Parse(["block 127.0.0.0/8", $"block {server.PeerId}"]) }, []);
        IPeerConnection connection = await client.DialAsync(AddressOf(server)).Within();

        Assert.Equal(0, client.ChangeAccess(AccessList.Parse(["block 0.0.0.0/0"])));

        Assert.False(connection.Closed.IsCancellationRequested);
    }

    private static Multiaddr AddressOf(Libp2pHost server) => server.ListenAddresses[0].WithPeerId(server.PeerId);

    private static async Task<Libp2pHost> StartAsync(AccessList access)
    {
        var server = new Libp2pHost(
            new Libp2pOptions { Access = access, ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] }, []);
        await server.StartAsync();
        return server;
    }
}
