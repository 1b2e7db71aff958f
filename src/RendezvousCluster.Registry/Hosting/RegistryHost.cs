using System.Data.Common;
using Akka.Actor;
using Akka.Cluster;
using Akka.Persistence;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Registry.Clocks;
using RendezvousCluster.Registry.Introductions;
using RendezvousCluster.Registry.Janitors;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Registry.Operators;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Readiness;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>
/// The registry's actor system, from the start of the host to its end. Start: prepare the store, start the system, start the shard regions,
/// warm a namespace up, join the cluster; then a first DISCOVER goes all the way to the journal and back, and the registry is ready. Stop:
/// the coordinated shutdown hands the shards over, for which every entity finishes its write, and leaves the cluster; then the store is
/// closed.
/// </summary>
internal sealed partial class RegistryHost(
    IOptions<RegistryOptions> options,
    RegistrySystem registrySystem,
    RegistryRegions regions,
    RegistryReadiness readiness,
    NodeFate fate,
    OtherClusters otherClusters,
    StoreHealth health,
    ClusterMetrics metrics,
    RegistryClock clock,
    ClocksApart clocksApart,
    WallClockWatch clockWatch,
    ClusterInquiries inquiries,
    ILoggerFactory loggers,
    ILogger<RegistryHost> logger)
    : IHostedService, IDisposable
{
    private const string StableAfter = "akka.cluster.split-brain-resolver.stable-after";

    /// <summary>
    /// A node that has others to hand its shards to is given as long for that, and for leaving; with the goodbye to peers before it that is
    /// less than the thirty seconds that the pages ask supervisors to allow.
    /// </summary>
    internal static readonly TimeSpan LongestHandOver = TimeSpan.FromSeconds(20);

    private readonly ClusterOptions _cluster = options.Value.Cluster;
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Where events and snapshots are kept; null before the start, and on a node that keeps none.</summary>
    internal IRegistryStore? Store { get; private set; }

    /// <summary>What the database knows of the members; null before the start, and on a node that shares none.</summary>
    internal MemberLock? Members { get; private set; }

    /// <summary>The actor system, for tests.</summary>
    internal ActorSystem? System { get; private set; }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            clockWatch.Start();
            await PrepareStoreAsync(cancellationToken).ConfigureAwait(false);
            await CompareClockAsync(cancellationToken).ConfigureAwait(false);
            readiness.Entered(StartPhase.StartingRegions);
            System = registrySystem.Create(Store);
            if (Store is not null)
            {
                // The journal opens while the node joins; else the first namespace would wait for it.
                Persistence.Instance.Apply(System).JournalFor(string.Empty);
                health.Watch(Store, _stopping.Token);
            }

            await regions.StartAsync(System, Store).ConfigureAwait(false);
            StartJanitor(System);
            System.ActorOf(
                ClusterTime.Props(clock, TimekeepersOf(System), clocksApart, loggers.CreateLogger<ClusterTime>()), ClusterTime.Name);
            System.ActorOf(MembershipGuard.Props(fate.TurnedAway, loggers.CreateLogger<MembershipGuard>()), RolesQuery.Recipient);
            System.ActorOf(MembershipLog.Props(loggers.CreateLogger<MembershipLog>()), "membership-log");
            System.ActorOf(
                CrashWatch.Props(RegionNames.OwnersRole, PortProbe.AskAsync, loggers.CreateLogger<CrashWatch>()), "crash-watch");
            metrics.Watch(Cluster.Get(System));
            System.ActorOf(ShardCensus.Props(regions.Started, metrics), "shard-census");
            inquiries.Start(System);
            LeavePause.AddTo(System, RegionNames.OwnersRole);
            readiness.Entered(StartPhase.WarmingUp);
            await WarmUpAsync(System, cancellationToken).ConfigureAwait(false);
            await JoinAsync(Cluster.Get(System), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            regions.Close();
            inquiries.End();
            if (System is not null)
            {
                await EndAsync(System, CancellationToken.None).ConfigureAwait(false);
            }

            await LetGoAsync().ConfigureAwait(false);
            readiness.StartFailed(
                exception as RegistryStartException
                    ?? new RegistryStartException($"The registry did not start: {exception.Message}", exception));
            throw;
        }

        _ = fate.WatchAsync(System, _stopping.Token);
        _ = readiness.WatchAsync(System, Store, _stopping.Token);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        regions.Close();
        inquiries.End();
        if (System is not null)
        {
            await EndAsync(System, cancellationToken).ConfigureAwait(false);
        }

        metrics.Left();
        await LetGoAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Store?.Dispose();
        _stopping.Dispose();
    }

    private async Task PrepareStoreAsync(CancellationToken cancellationToken)
    {
        if (!_cluster.Roles.HasFlag(NodeRoles.Registry))
        {
            LogFrontEndOnly(logger);
            return;
        }

        Store = RegistryStores.Create(
            options.Value.Storage, options.Value.DataDirectory, options.Value.ConnectionString, options.Value.AcceptLoss);
        readiness.Entered(StartPhase.OpeningStore, Store.Place);
        await Store.PrepareAsync(cancellationToken).ConfigureAwait(false);
        foreach (string remark in Store.Remarks)
        {
            LogRemark(logger, remark);
        }

        if (Store.Place is { } place)
        {
            LogPlace(logger, place);
        }
        else
        {
            LogMemory(logger);
        }
    }

    private static Func<IReadOnlyList<Timekeeper>> TimekeepersOf(ActorSystem system)
    {
        var cluster = Cluster.Get(system);
        return () => Timekeeper.Of(cluster, system);
    }

    // A registry in memory needs none: its data ends with it.
    private void StartJanitor(ActorSystem system)
    {
        if (NewInventory() is { } inventory)
        {
            var settings = new JanitorSettings(clock, options.Value.MaxTtl, inventory, loggers.CreateLogger<Janitor>())
            {
                Margin = options.Value.Upkeep.JanitorMargin,
                PassInterval = options.Value.Upkeep.JanitorInterval,
            };
            JanitorSingleton.Start(system, settings, regions.RegionOf);
        }
    }

    private SqlJournalInventory? NewInventory() =>
        Store is { Events: { } events, Snapshots: { } snapshots } ? new SqlJournalInventory(events, snapshots) : null;

    // Not worth a start that fails: owners of namespaces meet what is wrong with the tables, and say so.
    private async Task CompareClockAsync(CancellationToken cancellationToken)
    {
        try
        {
            clockWatch.Opened(
                NewInventory() is { } inventory ? await inventory.FindNewestAsync(cancellationToken).ConfigureAwait(false) : null);
        }
        catch (DbException exception)
        {
            LogClockNotCompared(logger, exception);
        }
    }

    // A node that nobody can join is not handed the namespaces of others.
    private async Task WarmUpAsync(ActorSystem system, CancellationToken cancellationToken)
    {
        if (_cluster.Seeds.Count == 0 || NewInventory() is not { } inventory)
        {
            return;
        }

        long start = clock.Time.GetTimestamp();
        try
        {
            await new NamespaceWarmUp(system, regions.NamespaceSettings, inventory).RunAsync(cancellationToken).ConfigureAwait(false);
            LogWarmedUp(logger, (int)clock.Time.GetElapsedTime(start).TotalMilliseconds);
        }
        catch (WarmUpException exception)
        {
            LogNotWarmedUp(logger, exception.Message, exception);
        }
    }

    // A node that no cluster took in has nothing to hand over and nobody to take leave of; Akka's singletons would wait for that in vain,
    // ten seconds long. One that is alone has nobody either, and only finishes its writes: a stop that takes longer than the host allows is
    // cut short, as everything that is acknowledged is in the journal. The steps of a stop may take many times as long in all.
    private async Task EndAsync(ActorSystem system, CancellationToken hurry)
    {
        int members = Cluster.Get(system).State.Members.Count;
        Task ending = CoordinatedShutdown.Get(system).Run(
            CoordinatedShutdown.ActorSystemTerminateReason.Instance, members == 0 ? CoordinatedShutdown.PhaseClusterShutdown : null);
        using var handOver = new CancellationTokenSource(LongestHandOver);
        CancellationToken limit = members > 1 || !hurry.CanBeCanceled ? handOver.Token : hurry;
        try
        {
            await ending.WaitAsync(limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            LogCutShort(logger);
            ((ExtendedActorSystem)system).Abort();
        }
    }

    private async Task LetGoAsync()
    {
        if (Members is not null)
        {
            await Members.DisposeAsync().ConfigureAwait(false);
        }

        Store?.Dispose();
    }

    private async Task JoinAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        Members = MemberLock.On(Store, loggers.CreateLogger<MemberLock>());
        readiness.Entered(StartPhase.Joining);
        var entry = new ClusterEntry(
            _cluster.Seeds, Members, options.Value.FoundingTimeout, Store?.Place, loggers.CreateLogger<ClusterEntry>())
        {
            Waiting = () => readiness.Entered(StartPhase.WaitingToFound),
        };
        await entry.JoinAsync(cluster, cancellationToken).ConfigureAwait(false);
        _ = entry.WatchAsync(cluster, _stopping.Token);
        if (Members is not null)
        {
            cluster.RegisterOnMemberUp(Members.Hold);
            var tieBreak = new TieBreak(
                Members, cluster.System.Settings.Config.GetTimeSpan(StableAfter), TimeProvider.System, loggers.CreateLogger<TieBreak>());
            _ = tieBreak.WatchAsync(cluster, _stopping.Token);
            _ = new OtherClustersWatch(
                Members, otherClusters, () => regions.SuspectOwners(cluster.System), RegistryReadiness.Steady).WatchAsync(
                cluster, fate.TurnedAway, _stopping.Token);
        }
    }
}
