using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.Hosting.Logging;
using Akka.Persistence;
using Akka.Persistence.Sql.Config;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Directories;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>
/// The registry's actor system, from the start of the host to its end. Start: take the data directory, open the files, start the system, join
/// the cluster of one, start the shard region; then a first DISCOVER goes all the way to the journal and back, and the registry is ready. Stop:
/// the coordinated shutdown lets every entity finish its write, then the files are closed and the directory is given back.
/// </summary>
internal sealed partial class RegistryHost(
    IOptions<RegistryOptions> options, TimeProvider time, ILoggerFactory loggers, ILogger<RegistryHost> logger)
    : IHostedService, IRegistryReadiness, IDisposable
{
    internal const string SystemName = "rendezvous";
    internal const string RegionName = "namespace";
    internal const string DirectoryRegionName = "directory";

    /// <summary>A probe of readiness is repeated after this, and the registry given up after <see cref="ReadyTimeout"/>.</summary>
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopping = new();
    private DataDirectory? _directory;
    private IActorRef? _directoryRegion;
    private ShardedDirectory? _namespaceDirectory;
    private SqliteDatabase[] _databases = [];

    /// <inheritdoc/>
    public bool IsReady => _ready.Task.IsCompletedSuccessfully && Region is not null;

    /// <summary>Where commands go; null before the start and from the stop on.</summary>
    internal IActorRef? Region { get; private set; }

    /// <summary>The directory of namespaces.</summary>
    internal ShardedDirectory Directory => _namespaceDirectory ??= new ShardedDirectory(
        new EntityAsker(() => _directoryRegion, time, loggers.CreateLogger<EntityAsker>()), time);

    /// <summary>The actor system, for tests.</summary>
    internal ActorSystem? System { get; private set; }

    /// <inheritdoc/>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            BootstrapSetup bootstrap = BootstrapSetup.Create();
            ActorSystemSetup setup = ActorSystemSetup.Empty.And(new LoggerFactorySetup(loggers));
            if (options.Value.EnableMemoryDatabase)
            {
                bootstrap = bootstrap.WithConfig(Configure(RegistryConfiguration.ForMemory()));
                LogMemory();
            }
            else
            {
                (SqliteDatabase journal, SqliteDatabase snapshots) = OpenFiles();
                var dataOptions = new MultiDataOptionsSetup();
                dataOptions.AddDataOptions("akka.persistence.journal.sql", journal.ToDataOptions());
                dataOptions.AddDataOptions("akka.persistence.snapshot-store.sql", snapshots.ToDataOptions());
                setup = setup.And(dataOptions);
                bootstrap = bootstrap.WithConfig(Configure(RegistryConfiguration.ForSqlite(journal, snapshots)));
            }

            System = ActorSystem.Create(SystemName, setup.And(bootstrap));

            // The journal opens while the node joins; else the first namespace would wait for it.
            Persistence.Instance.Apply(System).JournalFor(string.Empty);
            var cluster = Cluster.Get(System);
            _directoryRegion = await StartDirectoryAsync(System).ConfigureAwait(false);
            Region = await StartNamespacesAsync(System).ConfigureAwait(false);
            cluster.Join(cluster.SelfAddress);
        }
        catch (Exception exception)
        {
            if (System is not null)
            {
                await System.Terminate().ConfigureAwait(false);
            }

            CloseFiles();
            _ready.TrySetException(exception as RegistryStartException ?? new RegistryStartException($"The registry did not start: {exception.Message}", exception));
            throw;
        }

        _ = ProbeUntilReadyAsync(Region);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Region = null;
        if (System is not null)
        {
            await CoordinatedShutdown.Get(System).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance).ConfigureAwait(false);
        }

        CloseFiles();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseFiles();
        _stopping.Dispose();
    }

    // Where tests put another journal in front.
    private Config Configure(Config config) => options.Value.Overrides is { } overrides ? overrides.WithFallback(config) : config;

    private (SqliteDatabase Journal, SqliteDatabase Snapshots) OpenFiles()
    {
        _directory = DataDirectory.Take(options.Value.DataDirectory);
        var journal = new SqliteDatabase(_directory.JournalFile);
        var snapshots = new SqliteDatabase(_directory.SnapshotFile);
        _databases = [journal, snapshots];
        journal.Prepare();
        snapshots.Prepare();
        LogDirectory(_directory.Path);
        return (journal, snapshots);
    }

    private void CloseFiles()
    {
        Array.ForEach(_databases, database => database.Close());
        _databases = [];
        _directory?.Dispose();
        _directory = null;
    }

    private Task<IActorRef> StartDirectoryAsync(ActorSystem system)
    {
        var settings = new DirectoryEntitySettings(time, DirectoryState.DefaultMaxNamespaces, loggers.CreateLogger<DirectoryEntity>());
        return StartRegionAsync(
            system, DirectoryRegionName, entityId => DirectoryEntity.Props(entityId, settings), new DirectoryMessageExtractor());
    }

    private Task<IActorRef> StartNamespacesAsync(ActorSystem system)
    {
        var settings = new NamespaceEntitySettings(
            time, options.Value.NamespaceIdleTimeout, Directory.AnnounceAsync, loggers.CreateLogger<NamespaceEntity>());
        return StartRegionAsync(system, RegionName, entityId => NamespaceEntity.Props(entityId, settings), new NamespaceMessageExtractor());
    }

    private static Task<IActorRef> StartRegionAsync(ActorSystem system, string name, Func<string, Props> props, IMessageExtractor extractor)
    {
        var sharding = ClusterSharding.Get(system);
        var settings = ClusterShardingSettings.Create(system);
        return sharding.StartAsync(
            name, props, settings, extractor, sharding.DefaultShardAllocationStrategy(settings), StopEntity.Instance);
    }

    private async Task ProbeUntilReadyAsync(IActorRef region)
    {
        long start = TimeProvider.System.GetTimestamp();
        try
        {
            while (TimeProvider.System.GetElapsedTime(start) < ReadyTimeout)
            {
                try
                {
                    var probe = new DiscoverQuery(ReadinessNamespace, AfterRevision: 0, Limit: 1, MaxBytes: 1, time.GetUtcNow() + ProbeTimeout);
                    if (await region.Ask<object>(NamespaceCommand.For(probe), ProbeTimeout, _stopping.Token).ConfigureAwait(false)
                        is DiscoverReply { Status: RendezvousStatus.Ok })
                    {
                        LogReady((int)TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
                        _ready.TrySetResult();
                        return;
                    }
                }
                catch (AskTimeoutException exception)
                {
                    LogNotReady(exception);
                }
            }

            _ready.TrySetException(new RegistryStartException($"The registry did not become ready within {ReadyTimeout.TotalSeconds:0} s; see the log."));
        }
        catch (OperationCanceledException)
        {
            _ready.TrySetCanceled();
        }
        catch (Exception exception)
        {
            _ready.TrySetException(new RegistryStartException($"The registry did not become ready: {exception.Message}", exception));
        }
    }

    // Nobody registers there; reading it leaves nothing behind.
    private static readonly RendezvousNamespace ReadinessNamespace = RendezvousNamespace.Parse("rendezvous-cluster/readiness");
}
