// Finds who is registered at a rendezvous point, and dials each of them at the addresses that it registered.
//
//   dotnet run --project examples/csharp/dialer -- <a point's multiaddr>...
using RendezvousCluster.Client;
using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Client.Errors;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Ping;

const string Namespace = "example-namespace";

if (args.Length == 0)
{
    Console.Error.WriteLine("usage: dialer <a point's multiaddr, which ends in /p2p/ and its peer id>...");
    return 2;
}

// It listens nowhere: it dials, and is not dialled.
await using var host = new Libp2pHost(new Libp2pOptions(), []);
await host.StartAsync();
Console.WriteLine($"Node started with id {host.PeerId}");

int dialled = 0;
try
{
    await using var client = new RendezvousClient(host, new RendezvousClientOptions { Points = [.. args] });
    await foreach (DiscoveredPeer peer in client.DiscoverAsync(Namespace))
    {
        Console.WriteLine($"Discovered peer with id: {peer.PeerId} and multiaddrs {string.Join(", ", peer.Addresses)}");
        dialled += await DialAsync(peer) ? 1 : 0;
    }
}
catch (Exception exception) when (exception is RendezvousException or ArgumentException)
{
    Console.Error.WriteLine($"Nothing discovered: {exception.Message}");
    return 1;
}

Console.WriteLine($"Dialled {dialled} of those registered to: {Namespace}");
return dialled > 0 ? 0 : 1;

// One of its addresses is enough. Somebody else who answers there is no success: the handshake proves who it is.
async Task<bool> DialAsync(DiscoveredPeer peer)
{
    foreach (Multiaddr address in peer.Addresses)
    {
        try
        {
            IPeerConnection connection = await host.DialAsync(address.WithPeerId(peer.PeerId));
            TimeSpan roundTrip =
                await new PingClient(new Libp2pLimits(), TimeProvider.System).PingAsync(connection, CancellationToken.None);
            Console.WriteLine($"Dialled {connection.RemotePeer} at {address}: ping {roundTrip.TotalMilliseconds:0.0} ms");
            await connection.CloseAsync();
            return true;
        }
        catch (Exception exception) when (exception is Libp2pException or TimeoutException)
        {
            Console.WriteLine($"Not dialled {peer.PeerId} at {address}: {exception.Message}");
        }
    }

    return false;
}
