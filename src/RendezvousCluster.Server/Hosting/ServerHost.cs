using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Kestrel;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Server.Access;
using RendezvousCluster.Server.Draining;
using RendezvousCluster.Server.FrontEnd;
using RendezvousCluster.Server.Management;
using RendezvousCluster.Server.Management.Admin;
using RendezvousCluster.Server.Management.Health;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Server.Hosting;

/// <summary>
/// Puts the server together. Services start in the order in which they are added here and stop in reverse: the registry is ready before the
/// first connection is accepted, and the last connection is gone before the registry stops.
/// </summary>
internal static class ServerHost
{
    // Promised for a node that is alone: three seconds at most for the goodbye to peers, and the rest for the registry. Handing shards to
    // other nodes takes longer, and is bounded by itself.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Builds the host; nothing is bound or opened before it starts.</summary>
    /// <param name="options">Settings that have been checked.</param>
    /// <param name="sources">Where they come from: what is in there for libraries, as for OpenTelemetry, reaches them.</param>
    public static IHost Create(ServerOptions options, SettingSources? sources = null)
    {
        var settings = new HostApplicationBuilderSettings { DisableDefaults = true, ContentRootPath = AppContext.BaseDirectory };
        var builder = new HostApplicationBuilder(settings);
        foreach (SettingLayer layer in sources?.Layers ?? [])
        {
            builder.Configuration.AddInMemoryCollection(layer.ToConfiguration());
        }

        builder.Configuration.AddEnvironmentVariables();
        builder.Services.AddSingleton(Microsoft.Extensions.Options.Options.Create(options));
        AddLogging(builder);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddSingleton<TimeProvider>(new SteadyTimeProvider(MachineTimeProvider.Instance));
        builder.Services.AddSingleton(DescriptorBudget.OfThisProcess());
        AddSupervisor(builder.Services);
        AddManagement(builder.Services);
        builder.Services.AddHostedService<AddressCheck>();
        AddRegistry(builder.Services);
        AddFrontEnd(builder.Services);
        return builder.Build();
    }

    /// <summary>Whether an exception is something that the operator can mend, which one line describes, rather than a bug.</summary>
    public static bool IsStartFailure(Exception exception) =>
        exception is ServerStartException or TransportException or AnnouncedAddressException or IdentityKeyFileException
            or RegistryStartException;

    private static void AddLogging(HostApplicationBuilder builder)
    {
        builder.Logging.AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            format.UseUtcTimestamp = true;
        });
        builder.Logging.AddJsonConsole(format =>
        {
            format.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            format.UseUtcTimestamp = true;
        });
        builder.Services.AddSingleton(provider =>
            new LibraryLines(provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(), TimeProvider.System));
        VisibleConsole.Guard(builder.Services);
        builder.Services.AddOptions<ConsoleLoggerOptions>().Configure<IOptions<ServerOptions>>((console, options) =>
            console.FormatterName = options.Value.LogFormat == LogFormat.Json ? ConsoleFormatterNames.Json : ConsoleFormatterNames.Simple);
        // Standard output is for the addresses, which scripts read.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddOptions<LoggerFilterOptions>().Configure<IOptions<ServerOptions>>((filter, options) =>
        {
            filter.MinLevel = options.Value.LogLevel;
            if (options.Value.LogLevel > LogLevel.Debug)
            {
                // It logs what each look at readiness finds; the registry says once what has changed.
                filter.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);

                // The generic host logs a failed start with its stack trace; the command tells it in one line.
                filter.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
            }

            if (options.Value.LogLevel == LogLevel.Warning)
            {
                // Akka warns of what it mends itself: messages sent again, connections tried again. Our own messages tell
                // an operator what matters.
                filter.AddFilter("Akka", LogLevel.Error);
            }
        });
    }

    private static void AddSupervisor(IServiceCollection services) => services.AddHostedService(provider => new SupervisorNotices(
        new SystemdNotifier(),
        SupervisorNotices.WatchdogOf(Environment.GetEnvironmentVariable, Environment.ProcessId),
        provider.GetRequiredService<IHostApplicationLifetime>(),
        provider.GetRequiredService<TimeProvider>()));

    private static void AddManagement(IServiceCollection services)
    {
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .ConfigureResource(ServiceIdentity.Describe)
            .AddMeter("RendezvousCluster.*")
            .AddMeter("System.Runtime")
            .AddPrometheusExporter());
        services.AddSingleton(provider => new NodeHealth(
            provider.GetRequiredService<IRegistryReadiness>(), ConnectionsOf(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<HealthMetrics>();
        services.AddNodeHealthChecks();
        services.AddSingleton<IInquiryAnswerer, NodeAnswers>();
        services.AddSingleton(provider => new PeerGoodbye(
            connection => provider.GetRequiredService<ConnectionStates>().Of(connection).RequestsUnderWay));
        services.AddSingleton<PointDrain>();
        services.AddSingleton<Eviction>();
        services.AddSingleton(provider => new AdminWrites(
            provider.GetRequiredService<PointDrain>(),
            provider.GetRequiredService<Eviction>(),
            provider.GetRequiredService<IClusterInquiries>(),
            provider.GetRequiredService<IHostApplicationLifetime>(),
            () => AdminToken.LoadOrCreate(
                Path.Combine(provider.GetRequiredService<IOptions<ServerOptions>>().Value.DataDirectory, AdminToken.FileName),
                provider.GetRequiredService<ILogger<AdminToken>>()),
            provider.GetRequiredService<ILogger<AdminWrites>>()));
        services.AddSingleton<RegistryQuestions>();
        services.AddSingleton<AdminApi>();
        services.AddHostedService<ManagementEndpoint>();
        services.AddHostedService<TraceExport>();
    }

    private static void AddRegistry(IServiceCollection services)
    {
        services.AddOptions<RegistryOptions>().Configure<IOptions<ServerOptions>, ILoggerFactory>((registry, options, loggers) =>
        {
            StorePlace.Apply(options.Value, registry, loggers.CreateLogger(typeof(SecretFile).FullName!));
            registry.MaxTtl = TimeSpan.FromSeconds(options.Value.Limits.MaxTtlSeconds);
            registry.RequestTimeout = options.Value.Limits.RequestTimeout;
            registry.NamespaceIdleTimeout = options.Value.NamespaceIdleTimeout;
            ClusterRules.Apply(options.Value, registry.Cluster);
            registry.Limits = options.Value.Registrations;
            registry.Upkeep = options.Value.Upkeep;
        });
        services.AddRendezvousRegistry();
    }

    private static void AddFrontEnd(IServiceCollection services)
    {
        services.AddOptions<FrontEndOptions>().Configure<IOptions<ServerOptions>>((frontEnd, options) =>
        {
            frontEnd.Limits = options.Value.Limits;
            frontEnd.PeerInfoAgentPrefixes = options.Value.PeerInfoAgentPrefixes ?? frontEnd.PeerInfoAgentPrefixes;
            frontEnd.FlavourForUnknownPeers = options.Value.FlavourForUnknownPeers;
            if (options.Value.ProtocolAliases is { } aliases)
            {
                frontEnd.ProtocolIds = [ProtocolIds.Rendezvous, .. aliases];
            }
        });
        services.AddRendezvousFrontEnd();
        services.AddLibp2p(libp2p => libp2p.UseKestrel());
        services.AddOptions<Libp2pOptions>().Configure<IOptions<ServerOptions>, DescriptorBudget>((libp2p, options, budget) =>
        {
            libp2p.Limits = options.Value.Libp2p.Limits;
            budget.Bound(libp2p.Limits, options.Value.MaxConnections);
            libp2p.Identity = IdentityKeyFile.LoadOrCreate(options.Value.IdentityPath);
            libp2p.RecordSequenceFile = options.Value.RecordSequencePath;
            libp2p.Access = AccessFile.Read(options.Value.AccessFile);
            foreach (string address in options.Value.ListenOrDefault)
            {
                libp2p.ListenAddresses.Add(Multiaddr.Parse(address));
            }

            foreach (string address in options.Value.Announce)
            {
                libp2p.AnnounceAddresses.Add(Multiaddr.Parse(address));
            }
        });
        services.AddSingleton<AccessReload>();
        services.AddMetrics();
        services.AddHostedService<PointService>();
        services.AddHostedService(provider => new MemoryReturn(
            HeldBytesOf(provider),
            MemoryReturn.CollectAll,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<MemoryReturn>>()));
    }

    private static Func<(int Open, int Most)?> ConnectionsOf(IServiceProvider provider)
    {
        if (!provider.GetRequiredService<IOptions<ServerOptions>>().Value.IsFrontEnd)
        {
            return static () => null;
        }

        return () => (provider.GetRequiredService<Libp2pHost>().Connections.Count,
            provider.GetRequiredService<IOptions<Libp2pOptions>>().Value.Limits.MaxConnections);
    }

    // A node without peers has no host, which would want an identity.
    private static Func<long> HeldBytesOf(IServiceProvider provider)
    {
        if (!provider.GetRequiredService<IOptions<ServerOptions>>().Value.IsFrontEnd)
        {
            return static () => 0;
        }

        Libp2pHost host = provider.GetRequiredService<Libp2pHost>();
        return () => host.HeldBytes;
    }
}
