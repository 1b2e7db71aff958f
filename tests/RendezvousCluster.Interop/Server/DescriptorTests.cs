using System.Net;
using System.Net.Sockets;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Rendezvous;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Interop.Server;

/// <summary>Servers that may open few files, and peers who want them all.</summary>
public sealed class DescriptorTests : IDisposable
{
    private const int Connections = 100;
    private const int Descriptors = DescriptorBudget.Reserve + Connections;

    private readonly TemporaryFolder _data = new();
    private readonly List<Socket> _held = [];
    private readonly HttpClient _http = new();

    public void Dispose()
    {
        _held.ForEach(socket => socket.Dispose());
        _http.Dispose();
        _data.Dispose();
    }

    [Theory]
    [InlineData(64)]
    [InlineData(256)]
    public async Task Too_few_descriptors_are_refused_in_one_line_that_says_what_is_needed(int descriptors)
    {
        await using ChildProcess server = ServerProcess.RunWithDescriptors(_data, descriptors, ["--data-dir", _data.Path]);

        Assert.Equal(1, await server.ExitAsync());
        string line = Assert.Single(server.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"{DescriptorBudget.Reserve + DescriptorBudget.LeastConnections}", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task At_the_bound_newcomers_are_refused_and_everything_else_goes_on(string transport)
    {
        string management = $"127.0.0.1:{TestDatabaseServer.FreePort()}";
        await using ServerProcess server = await ServerProcess.StartWithDescriptorsAsync(_data, Descriptors, "--management", management);
        Assert.Contains($"There may be {Connections} connections", server.Errors, StringComparison.Ordinal);
        await using WirePeer before = await WirePeer.ConnectAsync(server.TcpAddress);
        await before.RegisterAsync("descriptors");

        // Many times what there is, settled as far as silence gets, and again whenever one is closed.
        int port = int.Parse(Multiaddr.Parse(server.Address(transport)).ValueOf("tcp")!);
        for (int i = 0; i < 20 * Connections; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            _held.Add(socket);
            await socket.ConnectAsync(IPAddress.Loopback, port);
        }

        // None of them keeps a peer out, not even while they are being closed: peers connect until every place is taken by one.
        var peers = new List<WirePeer>();
        try
        {
            while (peers.Count < 2 * Connections)
            {
                peers.Add(await WirePeer.ConnectAsync(server.Address(transport)));
            }

            Assert.Fail($"{peers.Count} peers were let in.");
        }
        catch (Exception refusal) when (refusal is Libp2p.Libp2pException or TimeoutException)
        {
            Assert.Equal(Connections - 1, peers.Count);
        }

        await before.RegisterAsync("descriptors too");
        Assert.Single((await peers[0].DiscoverAsync("descriptors")).Found);
        string ready = await _http.GetStringAsync(new Uri($"http://{management}/readyz")).Within();
        Assert.StartsWith("ready, but all ", ready, StringComparison.Ordinal);
        string metrics = await _http.GetStringAsync(new Uri($"http://{management}/metrics")).Within();
        Assert.Contains("libp2p_refusals_total", metrics, StringComparison.Ordinal);
        Assert.InRange(Directory.GetFileSystemEntries($"/proc/{server.Id}/fd").Length, 1, Descriptors - 1);
        Assert.Contains("MaxConnections = 100", server.Errors, StringComparison.Ordinal);

        // With places free again newcomers are served again.
        foreach (WirePeer peer in peers)
        {
            await peer.DisposeAsync();
        }

        await Eventually.EqualAsync(true, async () =>
        {
            try
            {
                await using WirePeer after = await WirePeer.ConnectAsync(server.Address(transport));
                return true;
            }
            catch (Exception exception) when (exception is Libp2p.Libp2pException or TimeoutException)
            {
                return false;
            }
        });
    }
}
