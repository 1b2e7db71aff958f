using Microsoft.Extensions.Logging;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Registry.Outages;

namespace RendezvousCluster.Registry.Entities;

/// <summary>What an entity that owns a journal is given besides its id.</summary>
/// <param name="Time">The clock of everything that is stored, and of the sweep.</param>
/// <param name="Logger">Where it tells of trouble.</param>
internal abstract record JournalEntitySettings(TimeProvider Time, ILogger Logger)
{
    /// <summary>
    /// An entity that has written nothing by then leaves memory: anyone can ask for a million namespaces in which nobody is registered; and
    /// what another owner wrote is not seen before it recovers again.
    /// </summary>
    internal static readonly TimeSpan UnfencedLifetime = TimeSpan.FromSeconds(5);

    /// <summary>
    /// An entity whose journal cannot be read is read again after this time, as an operator may have mended it: one line of the log a
    /// minute, and no caller that waits for a whole journal to be read in vain.
    /// </summary>
    internal static readonly TimeSpan UnreadableLifetime = TimeSpan.FromMinutes(1);

    /// <summary>
    /// After an outage every owner looks whether the database still has what it knows, within this time: the sooner, the less is lost if
    /// its node dies; ten thousand of them are some fifty transactions.
    /// </summary>
    internal static readonly TimeSpan VerificationSpread = TimeSpan.FromSeconds(2);

    /// <summary>What has expired is freed at most this often per entity.</summary>
    internal static readonly TimeSpan MinSweepInterval = TimeSpan.FromSeconds(10);

    /// <summary>Timers of the platform end at 49 days; one that fires early just sets itself again.</summary>
    internal static readonly TimeSpan MaxSweepInterval = TimeSpan.FromDays(1);

    /// <summary>The clocks of the process, between which the times on disk are translated.</summary>
    public RegistryClock Clock { get; init; } = new(Time);

    /// <summary>Whether the store takes writes.</summary>
    public required StoreHealth Health { get; init; }

    /// <summary>
    /// Whether nothing that this node sees of the cluster speaks against its still being a member, and its shards its own.
    /// </summary>
    public Func<bool> IsUndisputed { get; init; } = () => true;

    /// <summary>Where holes in journals are counted; null where nobody counts them.</summary>
    public HoleMetrics? Holes { get; init; }

    /// <summary>The log of writes that met rows of other owners.</summary>
    public ReplacedOwners Replaced { get; } = new(Time, Logger);

    /// <summary>How the journal is kept short.</summary>
    public CompactionSettings Compaction { get; init; } = CompactionSettings.Default;
}
