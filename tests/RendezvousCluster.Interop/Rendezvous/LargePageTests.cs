using System.Text.Json;
using RendezvousCluster.Client.Tests.Real;
using RendezvousCluster.Core;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Interop.Rendezvous;

/// <summary>A js-libp2p peer with the examples' client reads a page that is larger than a stream's window.</summary>
public sealed class LargePageTests
{
    [Theory]
    [InlineData("tcp", "yamux")]
    [InlineData("tcp", "mplex")]
    [InlineData("ws", "yamux")]
    [InlineData("ws", "mplex")]
    public async Task A_js_peer_reads_a_page_of_1000_records(string transport, string muxer)
    {
        const int Peers = 1_000;
        using var registry = new InMemoryRegistry(TimeProvider.System);
        DateTimeOffset deadline = DateTimeOffset.UtcNow.AddMinutes(10);
        string name = $"/dns4/{new string('a', 60)}.{new string('b', 60)}.{new string('c', 60)}/tcp/4001";
        int bytes = 0;
        for (int number = 0; number < Peers; number++)
        {
            var peer = new TestPeer();
            byte[] record = peer.Record(addresses: [name, name.Replace("4001", "4002"), name.Replace("4001", "4003")]);
            bytes += record.Length;
            await registry.RegisterAsync(
                new RegisterCommand(RendezvousNamespace.Parse("crowd"), peer.Id, record, RegistrationFlavour.Standard, 1, 7_200, deadline),
                CancellationToken.None);
        }

        Assert.InRange(bytes, 600_000, 900_000); // in one page
        string listen = transport == "ws" ? "/ip4/127.0.0.1/tcp/0/ws" : "/ip4/127.0.0.1/tcp/0";
        await using RealPoint point = await RealPoint.StartAsync(registry, listen);
        await using JsPeer seeker = await JsPeer.StartAsync(transport, muxer, listen: false);
        await seeker.AskAsync("dial", new { addr = point.Address });

        JsonElement page = await seeker.AskAsync("discover", new { peer = point.Host.PeerId.ToString(), ns = "crowd", limit = Peers });

        Assert.Equal(Peers, page.GetProperty("registrations").GetArrayLength());
    }
}
