using Microsoft.Extensions.Options;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Hosting;

/// <summary>
/// Finds, before the database is opened and a cluster is joined, that peers could not be served: a taken port, above all. It also says when
/// the process may not open enough files for the wanted number of connections.
/// </summary>
internal sealed partial class AddressCheck(
    IServiceProvider services, IOptions<ServerOptions> options, DescriptorBudget budget, ILogger<AddressCheck> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.IsFrontEnd)
        {
            services.GetRequiredService<Libp2pHost>().CheckListenAddresses();
            TellOfFewerConnections();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A warning where somebody wants more or is likely to need more, else for those who read everything.</summary>
    private void TellOfFewerConnections()
    {
        int? asked = options.Value.MaxConnections;
        int wanted = asked ?? new Libp2pLimits().MaxConnections;
        int bound = budget.Bound(wanted);
        if (bound < wanted)
        {
            LogLevel level = asked is not null || bound < wanted / 2 ? LogLevel.Warning : LogLevel.Information;
            LogFewerConnections(logger, level, bound, wanted, budget.Descriptors!.Value, DescriptorBudget.Reserve);
        }
    }

    [LoggerMessage(
        EventId = 3120,
        Message = "There may be {Bound} connections and not {Wanted}: the process may open {Descriptors} files, {Reserve} of which are "
            + "kept for everything else. "
        + "Raise the limit (ulimit -n, LimitNOFILE= in systemd), or set MaxConnections.")]
    private static partial void LogFewerConnections(ILogger logger, LogLevel level, int bound, int wanted, int descriptors, int reserve);
}
