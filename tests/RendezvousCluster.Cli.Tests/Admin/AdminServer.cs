using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RendezvousCluster.Cli.Tests.CommandLine;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Management;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Cli.Tests.Admin;

/// <summary>A real server in this process, with its admin API.</summary>
internal sealed class AdminServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly IHost _host;

    private AdminServer() => _host = ServerHost.Create(new ServerOptions
    {
        DataDirectory = _folder.File("data"),
        EnableMemoryDatabase = true,
        Listen = ["/ip4/127.0.0.1/tcp/0"],
        Management = "127.0.0.1:0",
    });

    /// <summary>Where it serves its admin API.</summary>
    public string Admin => _host.Services.GetServices<IHostedService>().OfType<ManagementEndpoint>().Single().Address!;

    /// <summary>The file with the token that changes take.</summary>
    public string TokenFile => Path.Combine(_folder.File("data"), "admin.token");

    /// <summary>Where peers find it.</summary>
    public string Point
    {
        get
        {
            Libp2pHost host = _host.Services.GetRequiredService<Libp2pHost>();
            return host.ListenAddresses[0].WithPeerId(host.PeerId).ToString();
        }
    }

    public static async Task<AdminServer> StartAsync()
    {
        var server = new AdminServer();
        await server._host.StartAsync().Within(StartTimeout);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().Within(StartTimeout);
        _host.Dispose();
        _folder.Dispose();
    }
}
