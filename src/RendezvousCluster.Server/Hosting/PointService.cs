using Microsoft.Extensions.Options;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Draining;
using RendezvousCluster.Server.Management;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Hosting;

/// <summary>
/// Opens the point to peers once the registry is ready, and tells the addresses on standard output. When it stops, connections are said
/// goodbye to before the registry goes. A node without the front-end role opens nothing, and has no identity.
/// </summary>
internal sealed class PointService(
    IServiceProvider services, IOptions<ServerOptions> options, IRegistryReadiness registry, PeerGoodbye goodbye)
    : IHostedService
{
    /// <summary>
    /// Of the five seconds that the host has to stop. The registry finishes its writes and closes its database in the rest.
    /// </summary>
    internal static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(3);

    /// <summary>Of these, what requests under way may take before their connections end.</summary>
    internal static readonly TimeSpan LongestWaitForAnswers = TimeSpan.FromSeconds(2);

    private readonly Libp2pHost? _host = options.Value.IsFrontEnd ? services.GetRequiredService<Libp2pHost>() : null;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await registry.WaitUntilReadyAsync(cancellationToken);
        if (_host is not { } host)
        {
            await Console.Out.WriteLineAsync("Registry node ready.");
            await Console.Out.FlushAsync(cancellationToken);
            await TellFirstStepsAsync(point: null);
            return;
        }

        await host.StartAsync(cancellationToken);
        await PrintAsync(host, "Rendezvous server listening on:", host.ListenAddresses);
        if (!host.AdvertisedAddresses.SequenceEqual(host.ListenAddresses))
        {
            await PrintAsync(host, "Announced to peers as:", host.AdvertisedAddresses);
        }

        await TellFirstStepsAsync(host.ListenAddresses[0].WithPeerId(host.PeerId).ToString());
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_host is { } host)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(LongestGoodbye);
            using (var answering = CancellationTokenSource.CreateLinkedTokenSource(limit.Token))
            {
                answering.CancelAfter(LongestWaitForAnswers);
                await goodbye.SayAsync(host, waitForHandshakes: false, answering.Token);
            }

            await host.StopAsync(limit.Token);
        }
    }

    // For people only: what a supervisor or a script reads of standard error is the log.
    private async Task TellFirstStepsAsync(string? point)
    {
        if (!Console.IsErrorRedirected)
        {
            string? management = services.GetServices<IHostedService>().OfType<ManagementEndpoint>().Single().Address;
            string tool = FirstSteps.FindTool(Environment.GetEnvironmentVariable("PATH"), AppContext.BaseDirectory);
            await Console.Error.WriteLineAsync(string.Join('\n', FirstSteps.Lines(options.Value, management, point, tool)));
        }
    }

    private static async Task PrintAsync(Libp2pHost host, string title, IEnumerable<Multiaddr> addresses)
    {
        // One write: a reader of our output never sees half of the list.
        string lines = string.Join('\n', addresses.Select(address => address.WithPeerId(host.PeerId).ToString()).Prepend(title));
        await Console.Out.WriteLineAsync(lines);
        await Console.Out.FlushAsync();
    }
}
