using Microsoft.Extensions.DependencyInjection;
using RendezvousCluster.Core;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Kestrel;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Protocol;
using RendezvousCluster.Server.FrontEnd;

namespace RendezvousCluster.Client.Tests.Real;

/// <summary>Our own server's front end over a registry in memory, at a socket of loopback.</summary>
internal sealed class RealPoint : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly KeyPair _identity;

    private RealPoint(ServiceProvider services, KeyPair identity)
    {
        _services = services;
        _identity = identity;
    }

    public Libp2pHost Host => _services.GetRequiredService<Libp2pHost>();

    public string Address => Host.ListenAddresses[0].WithPeerId(Host.PeerId).ToString();

    /// <param name="registry">Shared with other points, as the nodes of a cluster share it; one of its own when null.</param>
    /// <param name="listen">Where; a free port of loopback when null.</param>
    /// <param name="identity">Who; somebody new when null.</param>
    /// <param name="limits">Changes the limits; short times to live are granted unless it says otherwise.</param>
    /// <param name="hostLimits">Changes the limits of the libp2p host.</param>
    /// <param name="configure">Changes its other options.</param>
    public static async Task<RealPoint> StartAsync(
        IRegistry? registry = null,
        string listen = "/ip4/127.0.0.1/tcp/0",
        KeyPair? identity = null,
        Action<RendezvousLimits>? limits = null,
        Action<Libp2pLimits>? hostLimits = null,
        Action<Libp2pOptions>? configure = null)
    {
        identity ??= KeyPair.GenerateEd25519();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton(registry ?? new InMemoryRegistry(TimeProvider.System));
        services.Configure<FrontEndOptions>(options =>
        {
            options.Limits.MinTtlSeconds = 1;
            limits?.Invoke(options.Limits);
        });
        services.AddRendezvousFrontEnd();
        services.AddLibp2p(options =>
        {
            options.UseKestrel();
            options.Identity = identity;
            options.ListenAddresses.Add(Multiaddr.Parse(listen));
            hostLimits?.Invoke(options.Limits);
            configure?.Invoke(options);
        });
        var point = new RealPoint(services.BuildServiceProvider(), identity);
        await point.Host.StartAsync();
        return point;
    }

    /// <summary>Ends this one, and starts one without its registrations in its place.</summary>
    public async Task<RealPoint> ReplaceAsync()
    {
        string listen = Host.ListenAddresses[0].ToString();
        await DisposeAsync();
        return await StartAsync(listen: listen, identity: _identity);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
