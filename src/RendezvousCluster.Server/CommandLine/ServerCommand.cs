using System.CommandLine;
using System.CommandLine.Parsing;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Server.CommandLine;

/// <summary>
/// The command line of the server. Exit codes: 0 after a clean stop, 1 when it cannot start or run, 2 for a usage error, 3 when it lost its
/// place in the cluster and must be started again. One line on standard error says why.
/// </summary>
internal static class ServerCommand
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int UsageError = 2;
    public const int OutOfCluster = 3;

    /// <summary>Parses, runs until the server is told to stop, and answers the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var options = new SettingOptions();
        var command = new RootCommand(
            """
            A libp2p rendezvous point (/rendezvous/1.0.0).

            Every option but --config can also be set in appsettings.json (section Rendezvous) or as an environment variable such as
            Rendezvous__DataDirectory. docs/configuration.md lists all settings; config defaults writes them into a file.
            """);
        foreach (Option option in options.All)
        {
            command.Add(option);
        }

        command.Add(HealthCommand.Create(options));
        command.Add(ConfigCommand.Create(options));
        command.SetAction((result, cancellationToken) => ServeAsync(options.Read(result), cancellationToken));
        ParseResult parsed = command.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync(VisibleText.Of(error.Message));
            }

            await Console.Error.WriteLineAsync("Run with --help for the options.");
            return UsageError;
        }

        // The host handles signals itself; the parser's own handling would race it.
        return await parsed.InvokeAsync(
            new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }

    /// <summary>Tells in one line why the command ends.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> FailAsync(string reason, int exitCode = Failure)
    {
        await Console.Error.WriteLineAsync(
            $"rendezvous-server: {VisibleText.Of(reason.ReplaceLineEndings(" "), VisibleConsole.MaxMessageLength)}");
        return exitCode;
    }

    private static async Task<int> ServeAsync(SettingSources sources, CancellationToken cancellationToken)
    {
        SettingsReading settings = SettingsReading.Of(sources);
        if (settings.Check() is { Count: > 0 } faults)
        {
            return await FailAsync(string.Join(' ', faults));
        }

        try
        {
            using var signals = new IgnoredSignals();
            using IHost host = ServerHost.Create(settings.Options, sources);
            signals.TellTo(host.Services.GetRequiredService<ILogger<IgnoredSignals>>());
            return await RunAsync(host, cancellationToken);
        }
        catch (Exception exception) when (ServerHost.IsStartFailure(exception))
        {
            return await FailAsync(exception.Message);
        }
    }

    private static async Task<int> RunAsync(IHost host, CancellationToken cancellationToken)
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
            return fate.Lost is { } early ? await FailAsync(early) : Success;
        }

        return fate.Lost is { } reason ? await FailAsync(reason, OutOfCluster) : Success;
    }
}
