using RendezvousCluster.Registry;
using RendezvousCluster.Server.Access;
using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Server.CommandLine;

/// <summary>What the program does without a subcommand: it serves until somebody stops it, and reports why it ends.</summary>
internal static class ServeCommand
{
    /// <summary>Serves with these settings.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(SettingSources sources, CancellationToken cancellationToken)
    {
        SettingsReading settings = SettingsReading.Of(sources);
        if (settings.Check() is { Count: > 0 } faults)
        {
            return await ProgramEnd.FailAsync(string.Join(' ', faults), format: settings.Options.LogFormat);
        }

        try
        {
            using var signals = new IgnoredSignals();
            using IHost host = ServerHost.Create(settings.Options, sources);
            signals.TellTo(host.Services.GetRequiredService<ILogger<IgnoredSignals>>());
            if (settings.Options is { AccessFile: not null, IsFrontEnd: true })
            {
                signals.OnHangup(() => host.Services.GetRequiredService<AccessReload>().Run());
            }

            return await RunAsync(host, settings.Options.LogFormat, cancellationToken);
        }
        catch (Exception exception) when (ServerHost.IsStartFailure(exception))
        {
            return await ProgramEnd.FailAsync(exception.Message, format: settings.Options.LogFormat);
        }
    }

    private static async Task<int> RunAsync(IHost host, LogFormat format, CancellationToken cancellationToken)
    {
        INodeFate fate = host.Services.GetRequiredService<INodeFate>();
        CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await host.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // A stop was asked for before the server had started, or the node has lost its place by then. A lost place is reported like
            // any other reason why it cannot start.
            return fate.Lost is { } early ? await ProgramEnd.FailAsync(early, format: format) : ProgramEnd.Success;
        }

        return fate.Lost is { } reason ? await ProgramEnd.FailAsync(reason, ProgramEnd.OutOfCluster, format) : ProgramEnd.Success;
    }
}
