using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Configuration;
using Akka.Hosting.Logging;
using Akka.Persistence;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RendezvousCluster.Registry.Janitors;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>
/// The registry's actor system, from the start of the host to its end. Start: prepare the store, start the system, start the shard regions, join the
/// cluster of one; then a first DISCOVER goes all the way to the journal and back, and the registry is ready. Stop: the coordinated shutdown lets every
/// entity finish its write, then the store is closed.
/// </summary>
internal sealed partial class RegistryHost(
    IOptions<RegistryOptions> options,
    RegistryRegions regions,
    RegistryReadiness readiness,
    TimeProvider time,
    ILoggerFactory loggers,
    ILogger<RegistryHost> logger)
    : IHostedService, IDisposable
{
    internal const string SystemName = "rendezvous";

    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Where events and snapshots are kept; null before the start.</summary>
    internal IRegistryStore? Store { get; private set; }

    /// <summary>The actor system, for tests.</summary>
    internal ActorSystem? System { get; private set; }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            Store = RegistryStores.Create(options.Value);
            await Store.PrepareAsync(cancellationToken).ConfigureAwait(false);
            LogStore(Store);
            System = ActorSystem.Create(SystemName, Setup(Store));

            // The journal opens while the node joins; else the first namespace would wait for it.
            Persistence.Instance.Apply(System).JournalFor(string.Empty);
            await regions.StartAsync(System).ConfigureAwait(false);
            StartJanitor(System, Store);
            var cluster = Cluster.Get(System);
            cluster.Join(cluster.SelfAddress);
        }
        catch (Exception exception)
        {
            regions.Close();
            if (System is not null)
            {
                await System.Terminate().ConfigureAwait(false);
            }

            Store?.Dispose();
            readiness.StartFailed(
                exception as RegistryStartException ?? new RegistryStartException($"The registry did not start: {exception.Message}", exception));
            throw;
        }

        _ = readiness.ProbeUntilReadyAsync(_stopping.Token);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        regions.Close();
        if (System is not null)
        {
            await CoordinatedShutdown.Get(System).Run(CoordinatedShutdown.ActorSystemTerminateReason.Instance).ConfigureAwait(false);
        }

        Store?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Store?.Dispose();
        _stopping.Dispose();
    }

    private ActorSystemSetup Setup(IRegistryStore store)
    {
        Config config = RegistryConfiguration.For(store);

        // Where tests put another journal in front.
        config = options.Value.Overrides is { } overrides ? overrides.WithFallback(config) : config;
        return ActorSystemSetup.Create(
            BootstrapSetup.Create().WithConfig(config), new LoggerFactorySetup(loggers), RegistryConfiguration.DataOptionsOf(store));
    }

    // What is kept in memory is forgotten with it.
    private void StartJanitor(ActorSystem system, IRegistryStore store)
    {
        if (store is { JournalData: { } journal, SnapshotData: { } snapshots })
        {
            var settings = new JanitorSettings(
                time, options.Value.MaxTtl, new SqlJournalInventory(journal, snapshots), loggers.CreateLogger<Janitor>());
            JanitorSingleton.Start(system, settings, regions.RegionOf);
        }
    }

    private void LogStore(IRegistryStore store)
    {
        if (store.Place is { } place)
        {
            LogPlace(place);
        }
        else
        {
            LogMemory();
        }
    }
}
