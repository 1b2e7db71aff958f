using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Server.FrontEnd;
using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Server.Tests.Hosting;

public sealed class ServerHostTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("rendezvous-host-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    /// <summary>What a stop really takes depends on the machine; how long peers may hold it up does not.</summary>
    [Fact]
    public void Peers_hold_up_a_stop_for_5_seconds_at_most()
    {
        using IHost host = ServerHost.Create(new ServerOptions());

        Assert.Equal(TimeSpan.FromSeconds(5), Of<HostOptions>(host).ShutdownTimeout);
    }

    [Fact]
    public void Every_group_of_settings_reaches_the_part_that_it_is_for()
    {
        var options = new ServerOptions
        {
            DataDirectory = _data,
            AcceptLoss = "0123abcd",
            NamespaceIdleTimeout = TimeSpan.FromMinutes(3),
            MaxConnections = 100,
            Limits = { MaxTtlSeconds = 70 },
        };
        using IHost host = ServerHost.Create(options);

        RegistryOptions registry = Of<RegistryOptions>(host);
        Assert.Equal((TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(70)), (registry.NamespaceIdleTimeout, registry.MaxTtl));
        Assert.Equal("0123abcd", registry.AcceptLoss);
        Assert.Same(options.Upkeep, registry.Upkeep);
        Assert.Same(options.Registrations, registry.Limits);
        Assert.Same(options.Limits, Of<FrontEndOptions>(host).Limits);
        Assert.Same(options.Libp2p.Limits, Of<Libp2pOptions>(host).Limits);
        Assert.Equal(100, Of<Libp2pOptions>(host).Limits.MaxConnections);
    }

    [Fact]
    public void Settings_of_a_library_reach_it_from_a_file()
    {
        var sources = new SettingSources();
        sources.With(
            new SettingLayer([new GivenValue("OTEL_SERVICE_NAME", "point", new SettingOrigin(OriginKind.File, "settings.json", 1))]));

        using IHost host = ServerHost.Create(new ServerOptions(), sources);

        Assert.Equal("point", host.Services.GetRequiredService<IConfiguration>()["OTEL_SERVICE_NAME"]);
    }

    private static T Of<T>(IHost host)
        where T : class => host.Services.GetRequiredService<IOptions<T>>().Value;
}
