using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Server;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Interop.Rendezvous;

/// <summary>
/// Every row of the table of bad inputs against the real server, each on a connection of its own; the server serves on after each.
/// </summary>
public sealed class BadInputTests(ServerWithDefaults running) : IClassFixture<ServerWithDefaults>
{
    private readonly ServerProcess _server = running.Server;

    public static IEnumerable<object[]> Names => BadInputTable.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Gets_our_ruling(string name)
    {
        await using WirePeer peer = await WirePeer.ConnectAsync(_server.TcpAddress);

        await BadInputCheck.RunAsync(BadInputTable.Find(name), peer.Peer, peer.OpenStreamAsync);
    }
}
