using System.Threading.Channels;
using RendezvousCluster.Client;
using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Client.Registrations;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Interop.Client;

/// <summary>A node of ours with the client library, listening on loopback.</summary>
internal sealed class ClientNode : IAsyncDisposable
{
    private readonly Libp2pHost _host;
    private readonly Channel<RegistrationEvent> _events = Channel.CreateBounded<RegistrationEvent>(10_000);

    private ClientNode(Libp2pHost host, RendezvousClient client)
    {
        _host = host;
        Client = client;
        Client.RegistrationChanged += (_, happened) => _events.Writer.TryWrite(happened);
    }

    public RendezvousClient Client { get; }

    public string Id => _host.PeerId.ToString();

    public static Task<ClientNode> StartAsync(params string[] points) => StartAsync(_ => { }, points);

    public static async Task<ClientNode> StartAsync(Action<RendezvousClientOptions> configure, params string[] points)
    {
        var host = new Libp2pHost(new Libp2pOptions { ListenAddresses = { Multiaddr.Parse("/ip4/127.0.0.1/tcp/0") } }, []);
        await host.StartAsync();
        var options = new RendezvousClientOptions();
        foreach (string point in points)
        {
            options.Points.Add(point);
        }

        configure(options);
        return new ClientNode(host, new RendezvousClient(host, options));
    }

    /// <summary>The next event of a registration.</summary>
    public Task<RegistrationEvent> NextEventAsync(TimeSpan? timeout = null) =>
        _events.Reader.ReadAsync().AsTask().Within(timeout, "an event of a registration");

    /// <summary>Everybody who is found in a namespace.</summary>
    public async Task<List<DiscoveredPeer>> DiscoverAsync(string ns)
    {
        var found = new List<DiscoveredPeer>();
        await Task.Run(async () =>
        {
            await foreach (DiscoveredPeer peer in Client.DiscoverAsync(ns))
            {
                found.Add(peer);
            }
        }).Within();
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _host.DisposeAsync();
    }
}
