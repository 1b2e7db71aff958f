using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Client.Tests.Real;

/// <summary>A node that listens on loopback, with a client.</summary>
internal sealed class RealNode : IAsyncDisposable
{
    private RealNode(Libp2pHost host, RendezvousClient client)
    {
        Host = host;
        Client = client;
    }

    public Libp2pHost Host { get; }

    public RendezvousClient Client { get; }

    /// <param name="points">Whom the client asks.</param>
    /// <param name="configure">Changes the client's options.</param>
    /// <param name="muxer">The only muxer that it speaks; both when null.</param>
    /// <param name="listen">Where it listens.</param>
    /// <param name="configureHost">Changes the options of its host.</param>
    public static async Task<RealNode> StartAsync(
        IEnumerable<string> points,
        Action<RendezvousClientOptions>? configure = null,
        string? muxer = null,
        string listen = "/ip4/127.0.0.1/tcp/0",
        Action<Libp2pOptions>? configureHost = null)
    {
        var hostOptions = new Libp2pOptions
        {
            ListenAddresses = { Multiaddr.Parse(listen) },
            Limits = new Libp2pLimits { MplexOutboundOpensPerSecond = 500 }, // only js-libp2p needs it slow
        };
        if (muxer is not null)
        {
            hostOptions.WithOnlyMuxer(muxer);
        }

        configureHost?.Invoke(hostOptions);
        var host = new Libp2pHost(hostOptions, []);
        await host.StartAsync();
        var options = new RendezvousClientOptions();
        foreach (string point in points)
        {
            options.Points.Add(point);
        }

        configure?.Invoke(options);
        return new RealNode(host, new RendezvousClient(host, options));
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Host.DisposeAsync();
    }
}
