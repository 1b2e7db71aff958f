using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Options;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.CommandLine;

/// <summary>
/// The command line of the server. Exit codes: 0 after a clean stop, 1 when it cannot start or run, 2 for a usage error, 3 when it lost its place in the
/// cluster and must be started again. One line on standard error says why.
/// </summary>
internal static class ServerCommand
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int UsageError = 2;
    public const int OutOfCluster = 3;

    private static readonly Option<string> Config = new("--config")
    {
        Description = "A JSON file with more settings (section Rendezvous), laid over those of appsettings.json. [default: none]",
        HelpName = "file",
    };

    private static readonly Option<string[]> Listen = new("--listen")
    {
        Description = "A multiaddr to listen on; repeat it for more. /tcp/0 lets the system choose the port. "
            + $"[default: {string.Join(" and ", ServerOptions.DefaultListen)}]",
        HelpName = "multiaddr",
        AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<string[]> Announce = new("--announce")
    {
        Description = "A multiaddr to tell peers instead of the bound ones, for a point behind NAT or a proxy; repeat it for more. "
            + "[default: the bound addresses]",
        HelpName = "multiaddr",
    };

    private static readonly Option<string> DataDirectory = new("--data-dir")
    {
        Description = "Where the identity and the database live; made if missing. [default: data]",
        HelpName = "directory",
    };

    private static readonly Option<string> Identity = new("--identity")
    {
        Description = "The key file of the point's identity; an Ed25519 key is made there at the first start. "
            + "[default: identity.key in the data directory]",
        HelpName = "file",
    };

    private static readonly Option<RegistryStorage> Storage = new("--storage")
    {
        Description = "Where registrations are kept: sqlite (files in the data directory), postgres or mysql (also MariaDB; shared by the nodes of a cluster), "
            + "or memory. [default: sqlite]",
        HelpName = "sqlite|postgres|mysql|memory",
    };

    private static readonly Option<string> ConnectionString = new("--connection-string")
    {
        Description = "How to reach the database server, such as 'Host=db.example;Database=rendezvous;Username=rendezvous;Password=...'. Others on this machine "
            + "can read a command line: rather set Rendezvous__ConnectionString in the environment.",
        HelpName = "settings",
    };

    private static readonly Option<string> ConnectionStringFile = new("--connection-string-file")
    {
        Description = "A file with the connection string in it.",
        HelpName = "file",
    };

    private static readonly Option<bool> MemoryDatabase = new("--enable-memory-database", "--enableMemoryDatabase")
    {
        Description = "The same as --storage memory: nothing survives a restart. [default: false]",
    };

    private static readonly Option<uint> MinTtl = new("--min-ttl")
    {
        Description = "The shortest time to live granted, in seconds, at least 1. [default: 7200]",
        HelpName = "seconds",
    };

    private static readonly Option<uint> MaxTtl = new("--max-ttl")
    {
        Description = "The longest time to live granted, in seconds, at most 259200. [default: 259200]",
        HelpName = "seconds",
    };

    private static readonly Option<bool> AllowUnsigned = new("--allow-unsigned-registrations")
    {
        Description = "Let older Go and Python clients register their unsigned PeerInfo; only such clients are shown it. [default: false]",
    };

    private static readonly Option<string> Management = new("--management")
    {
        Description =
            "Serve /healthz, /readyz and /metrics (Prometheus) over HTTP on this address and port, or not at all: none. [default: 127.0.0.1:9400, or a free port of loopback if that is taken]",
        HelpName = "address:port|none",
    };

    private static readonly Option<string> TraceEndpoint = new("--trace-endpoint")
    {
        Description = "Send a trace of every request to this collector (OTLP over HTTP), such as http://127.0.0.1:4318. [default: nothing is traced]",
        HelpName = "url",
    };

    private static readonly Option<LogLevel> Level = new("--log-level")
    {
        Description = "How much to log to standard error: Trace, Debug, Information, Warning, Error, Critical or None. [default: Warning]",
        HelpName = "level",
    };

    /// <summary>Parses, runs until the server is told to stop, and answers the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var command = new RootCommand(
            """
            A libp2p rendezvous point (/rendezvous/1.0.0).

            Every option but --config can also be set in appsettings.json (section Rendezvous) or as an environment variable such as Rendezvous__DataDirectory.
            """)
        {
            Config, Listen, Announce, DataDirectory, Identity, Storage, ConnectionString, ConnectionStringFile, MemoryDatabase, MinTtl, MaxTtl, AllowUnsigned, Management, TraceEndpoint,
            Level,
        };
        foreach (Option option in LimitCommandOptions.All.Concat(ConnectionCommandOptions.All).Concat(ClusterCommandOptions.All))
        {
            command.Add(option);
        }

        command.Add(HealthCommand.Create(Config, Management));
        command.SetAction((result, cancellationToken) => ServeAsync(result, cancellationToken));
        ParseResult parsed = command.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            await Console.Error.WriteLineAsync("Run with --help for the options.");
            return UsageError;
        }

        // The host handles signals itself; the parser's own handling would race it.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }

    /// <summary>Tells in one line why the command ends.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> FailAsync(string reason, int exitCode = Failure)
    {
        await Console.Error.WriteLineAsync(
            $"rendezvous-server: {VisibleText.Of(reason.ReplaceLineEndings(" "), VisibleConsole.MaxMessageLength)}");
        return exitCode;
    }

    private static async Task<int> ServeAsync(ParseResult result, CancellationToken cancellationToken)
    {
        try
        {
            using var signals = new IgnoredSignals();
            using IHost host = ServerHost.Create(options => Apply(result, options), result.GetValue(Config));
            signals.TellTo(host.Services.GetRequiredService<ILogger<IgnoredSignals>>());
            return await RunAsync(host, cancellationToken);
        }
        catch (OptionsValidationException exception)
        {
            return await FailAsync(string.Join(' ', exception.Failures));
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
            // It was told to stop before it had started, or has lost its place by then: that is told like any other reason why it cannot start.
            return fate.Lost is { } early ? await FailAsync(early) : Success;
        }

        return fate.Lost is { } reason ? await FailAsync(reason, OutOfCluster) : Success;
    }

    /// <summary>Lays the options that were given over those of the configuration.</summary>
    private static void Apply(ParseResult result, ServerOptions options)
    {
        options.Listen = Given(result, Listen, options.Listen);
        options.Announce = Given(result, Announce, options.Announce)!;
        options.DataDirectory = Given(result, DataDirectory, options.DataDirectory)!;
        options.Identity = Given(result, Identity, options.Identity);
        options.Storage = result.GetResult(Storage) is { Implicit: false } ? result.GetValue(Storage) : options.Storage;
        options.ConnectionString = Given(result, ConnectionString, options.ConnectionString);
        options.ConnectionStringFile = Given(result, ConnectionStringFile, options.ConnectionStringFile);
        options.EnableMemoryDatabase = Given(result, MemoryDatabase, options.EnableMemoryDatabase);
        ClusterCommandOptions.Apply(result, options);
        options.MinTtlSeconds = Given(result, MinTtl, options.MinTtlSeconds);
        options.MaxTtlSeconds = Given(result, MaxTtl, options.MaxTtlSeconds);
        LimitCommandOptions.Apply(result, options);
        ConnectionCommandOptions.Apply(result, options);
        options.AllowUnsignedRegistrations = Given(result, AllowUnsigned, options.AllowUnsignedRegistrations);
        options.Management = Given(result, Management, options.Management);
        options.TraceEndpoint = Given(result, TraceEndpoint, options.TraceEndpoint);
        options.LogLevel = Given(result, Level, options.LogLevel);
    }

    private static T? Given<T>(ParseResult result, Option<T> option, T? otherwise) =>
        result.GetResult(option) is { Implicit: false } ? result.GetValue(option) : otherwise;
}
