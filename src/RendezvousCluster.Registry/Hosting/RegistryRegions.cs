using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Registry.Directories;
using RendezvousCluster.Registry.Drains;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Inquiries;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Quotas;
using RendezvousCluster.Registry.Readiness;
using RendezvousCluster.Registry.Serialization;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>
/// The shard regions of a node, one for each kind of entity, and the ways to ask them. On a node without the registry role they only pass
/// on. Before the start and from the stop on there are none, and a request is answered that the registry is unavailable.
/// </summary>
internal sealed class RegistryRegions : INodeRegions
{
    private readonly RegistryOptions _options;
    private readonly RegistryClock _clock;
    private readonly ILoggerFactory _loggers;
    private readonly EntityMetrics _entityMetrics;
    private readonly HoleMetrics _holes;
    private readonly StoreHealth _health;
    private readonly NodeDrain _drain;
    private readonly DrainReports _drainReports = new(TimeProvider.System);
    private IActorRef? _directories;
    private IActorRef? _ledger;

    public RegistryRegions(
        IOptions<RegistryOptions> options,
        RegistryClock clock,
        ILoggerFactory loggers,
        EntityMetrics entityMetrics,
        HoleMetrics holes,
        StoreHealth health,
        NodeDrain drain)
    {
        _drain = drain;
        _options = options.Value;
        _clock = clock;
        _loggers = loggers;
        _entityMetrics = entityMetrics;
        _holes = holes;
        _health = health;
        Directory = new ShardedDirectory(NewAsker(() => _directories), clock.Time);
        Ledger = new ShardedPeerLedger(NewAsker(() => _ledger), () => _ledger, clock.Time, loggers.CreateLogger<ShardedPeerLedger>());
        Registry = new ShardedRegistry(NewAsker(() => Namespaces), Directory, Ledger, clock.Time, Outcomes, Places);
    }

    /// <summary>Where commands for namespaces go; null before the start and from the stop on.</summary>
    public IActorRef? Namespaces { get; private set; }

    /// <summary>The registry of the cluster, for the front end.</summary>
    public ShardedRegistry Registry { get; }

    /// <summary>The directory of namespaces.</summary>
    public ShardedDirectory Directory { get; }

    /// <summary>The ledger of quotas.</summary>
    public ShardedPeerLedger Ledger { get; }

    /// <summary>What an owner of a namespace is given.</summary>
    public NamespaceEntitySettings NamespaceSettings => new(
        _clock.Time, _options.NamespaceIdleTimeout, Directory.AnnounceAsync, _loggers.CreateLogger<NamespaceEntity>())
    {
        Metrics = _entityMetrics,
        Health = _health,
        Clock = _clock,
        LongestWait = _options.RequestTimeout,
        Holes = _holes,
        MaxRegistrations = _options.Limits.MaxRegistrationsPerNamespace,
        Compaction = _options.Upkeep.ToCompactionSettings(),
    };

    /// <summary>Writes of this node that the journal acknowledged, since the start.</summary>
    public long Commits => _entityMetrics.Commits;

    /// <summary>What became of the requests of peers.</summary>
    public RecentOutcomes Outcomes { get; } = new(TimeProvider.System);

    /// <inheritdoc/>
    public RecentOutcomes Writes => _entityMetrics.Writes;

    /// <inheritdoc/>
    public RecentOutcomes Places { get; } = new(TimeProvider.System);

    /// <summary>What the nodes say of their stores.</summary>
    internal StoreReports Reports { get; } = new(TimeProvider.System);

    /// <summary>Starts the regions of an actor system that has not joined yet.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="store">Where the node keeps its data; null for one that keeps none.</param>
    public async Task StartAsync(ActorSystem system, IRegistryStore? store)
    {
        bool ownsEntities = _options.Cluster.Roles.HasFlag(NodeRoles.Registry);
        if (ownsEntities)
        {
            StartStoreWatch(system);
            StartMemoryHandOver(system);
            StartDrainWatch(system);
            _health.OnSettled = () => TellToVerify(system);
        }

        var start = new RegionStart(
            system,
            ownsEntities,
            store is { FreesRowsOfLostNodes: true },
            Reports,
            () => _health.Suspicion is not null,
            _drainReports,
            _loggers);
        RegistryMetrics.Begin();
        _directories = await StartDirectoriesAsync(start, Cluster.Get(system)).ConfigureAwait(false);
        var membership = new MembershipProof(system.ActorSelection($"/{ActorPaths.Replicator}"));
        _ledger = await StartLedgerAsync(start, membership).ConfigureAwait(false);
        Namespaces = await StartNamespacesAsync(start, Cluster.Get(system)).ConfigureAwait(false);
    }

    /// <summary>The region that the entity with this persistence id belongs to; null when there is none, or not yet.</summary>
    public IActorRef? RegionOf(string persistenceId) =>
        persistenceId.StartsWith(EntityIds.Prefix, StringComparison.Ordinal) ? Namespaces
        : persistenceId.StartsWith(DirectoryMessageExtractor.IdPrefix, StringComparison.Ordinal) ? _directories
        : null;

    /// <summary>The regions of this node by name, as soon as they are started.</summary>
    public IEnumerable<KeyValuePair<string, IActorRef>> Started
    {
        get
        {
            (string, IActorRef?)[] all =
                [(RegionNames.Namespaces, Namespaces), (RegionNames.Directory, _directories), (RegionNames.Ledger, _ledger)];
            return from region in all where region.Item2 is not null select KeyValuePair.Create(region.Item1, region.Item2);
        }
    }

    /// <summary>There may be owners elsewhere of what this node owns: lets those of this node find out.</summary>
    public void SuspectOwners(ActorSystem system) => TellToVerify(system);

    /// <summary>
    /// Takes no more commands: the node is about to stop. Requests under way go on, and namespaces still tell the directory.
    /// </summary>
    public void Close() => Namespaces = null;

    private EntityAsker NewAsker(Func<IActorRef?> region) => new(region, _clock.Time, _loggers.CreateLogger<EntityAsker>());

    private Task<IActorRef> StartDirectoriesAsync(RegionStart start, Cluster cluster)
    {
        var settings = new DirectoryEntitySettings(
            _clock.Time, DirectoryState.DefaultMaxNamespaces, _loggers.CreateLogger<DirectoryEntity>())
        {
            Health = _health,
            Clock = _clock,
            Holes = _holes,
            IsUndisputed = () => IsUndisputed(cluster),
            Compaction = _options.Upkeep.ToCompactionSettings(),
        };
        return start.StartAsync(
            RegionNames.Directory,
            entityId => StaleReadFor(entityId) ?? DirectoryEntity.Props(entityId, settings),
            new DirectoryMessageExtractor(),
            needsStore: true);
    }

    // Those that live, and those that could not stay alive and left behind what they knew.
    private void TellToVerify(ActorSystem system)
    {
        foreach (string region in (string[])[RegionNames.Namespaces, RegionNames.Directory])
        {
            system.ActorSelection($"/system/sharding/{region}/*/*").Tell(new VerifyJournal(EntityId: null));
        }

        foreach ((string entityId, IActorRef shard) in _health.Kept.All)
        {
            shard.Tell(new VerifyJournal(entityId));
        }

        foreach (string entityId in _health.Kept.Handed.All)
        {
            TellToVerify(system, entityId);
        }
    }

    // If its shard is on this node. On another, the node there has the same memory.
    private static void TellToVerify(ActorSystem system, string entityId)
    {
        (string region, string shard) = entityId.StartsWith(EntityIds.Prefix, StringComparison.Ordinal)
            ? (RegionNames.Namespaces, EntityIds.ShardOf(entityId))
            : (RegionNames.Directory, entityId);
        system.ActorSelection($"/system/sharding/{region}/{shard}").Tell(new VerifyJournal(entityId));
    }

    // Parts of the ledger need no store, and would forget what they counted if they moved.
    private Task<IActorRef> StartLedgerAsync(RegionStart start, MembershipProof membership) =>
        start.StartAsync(
            RegionNames.Ledger,
            _ => PeerLedgerEntity.Props(_options.Limits, _clock, membership.ProveAsync),
            new LedgerMessageExtractor(),
            needsStore: false);

    private Task<IActorRef> StartNamespacesAsync(RegionStart start, Cluster cluster)
    {
        NamespaceEntitySettings settings = NamespaceSettings with { IsUndisputed = () => IsUndisputed(cluster) };
        return start.StartAsync(
            RegionNames.Namespaces,
            entityId => StaleReadFor(entityId) ?? NamespaceEntity.Props(entityId, settings),
            new NamespaceMessageExtractor(),
            needsStore: true);
    }

    // Asked by the shard whenever an entity is to be started.
    private Props? StaleReadFor(string entityId) =>
        _health.Suspicion is { } suspicion ? StaleReadEntity.Props(entityId, suspicion, _health.Kept) : null;

    // Shards are given to others only when this node hands them over, or when the others have put it out: and then they do not answer it
    // any more.
    private static bool IsUndisputed(Cluster cluster) =>
        cluster.SelfMember.Status == MemberStatus.Up && cluster.State.Unreachable.Count == 0;

    private void StartDrainWatch(ActorSystem system)
    {
        var cluster = Cluster.Get(system);
        system.ActorOf(DrainWatch.Props(_drain, _drainReports, cluster.SelfAddress, Watches), DrainReport.Recipient);

        IEnumerable<ICanTell> Watches() =>
            from member in cluster.State.Members
            where member.HasRole(RegionNames.OwnersRole) && member.HasRole(Inquiry.Role)
            select system.ActorSelection(new RootActorPath(member.Address) / "user" / DrainReport.Recipient);
    }

    private void StartStoreWatch(ActorSystem system)
    {
        var cluster = Cluster.Get(system);
        system.ActorOf(StoreWatch.Props(_health, Reports, cluster.SelfAddress, Watches), StoreWatch.Name);

        IEnumerable<ICanTell> Watches() =>
            from member in cluster.State.Members
            where member.HasRole(RegionNames.OwnersRole)
            select system.ActorSelection(new RootActorPath(member.Address) / "user" / StoreWatch.Name);
    }

    private void StartMemoryHandOver(ActorSystem system)
    {
        var cluster = Cluster.Get(system);
        system.ActorOf(
            MemoryHandOver.Props(
                _health, Others, entityId => TellToVerify(system, entityId), _loggers.CreateLogger<MemoryHandOver>()),
            MemoryHandOver.Name);

        IEnumerable<ICanTell> Others() =>
            from member in cluster.State.Members
            where member.HasRole(RegionNames.OwnersRole) && member.Address != cluster.SelfAddress
            select system.ActorSelection(new RootActorPath(member.Address) / "user" / MemoryHandOver.Name);
    }
}
