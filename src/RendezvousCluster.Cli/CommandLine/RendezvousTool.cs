using System.CommandLine;
using System.CommandLine.Parsing;
using RendezvousCluster.Cli.Admin;
using RendezvousCluster.Client.Errors;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Settings;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary>
/// The whole tool: parses, runs a command, and turns its outcome into an exit code and at most one line of error.
/// </summary>
internal static class RendezvousTool
{
    // How long a command may take to unregister and say goodbye after Ctrl-C or SIGTERM; then the process ends all the same.
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(10);

    // When all points fail, the line says of each why.
    private const int MaxErrorLength = 8 * 1024;

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Results: tables, or JSON lines.</param>
    /// <param name="error">What went wrong.</param>
    /// <param name="cancellationToken">Ends the command as Ctrl-C does.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        ParseResult parsed = CreateRoot().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError problem in parsed.Errors)
            {
                await error.WriteLineAsync(VisibleText.Of(ParseFault.Text(problem), MaxErrorLength));
            }

            foreach (string suggestion in Suggestion.For(parsed))
            {
                await error.WriteLineAsync(VisibleText.Of(suggestion, MaxErrorLength));
            }

            await error.WriteLineAsync("Run with --help for the commands and options.");
            return ExitCodes.Usage;
        }

        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            ProcessTerminationTimeout = TerminationTimeout,
            EnableDefaultExceptionHandler = false,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (Exception exception) when (CodeOf(exception) is { } code)
        {
            await error.WriteLineAsync(VisibleText.Of($"rendezvous: {Innermost(exception).ReplaceLineEndings(" ")}", MaxErrorLength));
            return code;
        }
    }

    /// <summary>The commands.</summary>
    internal static RootCommand CreateRoot()
    {
        RootCommand root = CreateCommands();
        ToolHelp.Of(root).ReplaceHelpOf(root);
        return root;
    }

    private static RootCommand CreateCommands() => new(
        """
        Talks to libp2p rendezvous points (/rendezvous/1.0.0).

        Points come from --point, from RENDEZVOUS_POINTS__0, RENDEZVOUS_POINTS__1, … in the environment, or from rendezvous.json.
        Exit codes: 0 done, 1 failed or unreachable, 2 the command line or configuration cannot be used, 3 refused by the points.
        """)
    {
        RegisterCommand.Create(),
        DiscoverCommand.Create(),
        UnregisterCommand.Create(),
        PingCommand.Create(),
        IdentifyCommand.Create(),
        KeygenCommand.Create(),
        LoadCommand.Create(),
        AdminCommand.Create(),
        CompletionCommand.Create(),
    };

    private static int? CodeOf(Exception exception) => exception switch
    {
        UsageException or FormatException or ArgumentOutOfRangeException or AnnouncedAddressException => ExitCodes.Usage,
        RendezvousRefusedException { IsTransient: false } or AdminException { IsRefusal: true } => ExitCodes.Refused,
        RendezvousException or AdminException or Libp2pException or IdentityKeyFileException or TimeoutException or IOException =>
            ExitCodes.Failure,
        OperationCanceledException => ExitCodes.Failure, // stopped before it was done; commands that stay until they are stopped end well
        _ => null,
    };

    private static string Innermost(Exception exception) => exception is OperationCanceledException ? "stopped." : exception.Message;
}
