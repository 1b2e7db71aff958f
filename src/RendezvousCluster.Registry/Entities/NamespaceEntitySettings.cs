using Microsoft.Extensions.Logging;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Quotas;

namespace RendezvousCluster.Registry.Entities;

/// <summary>What the entity of a namespace is given besides its id.</summary>
/// <param name="Time">The clock of everything that is stored: TTLs, revisions, deadlines, the sweep.</param>
/// <param name="IdleTimeout">An entity that got no command for this long leaves memory.</param>
/// <param name="AnnounceAsync">Tells the directory of namespaces; null when it did not answer in time.</param>
/// <param name="Logger">Where it tells of trouble.</param>
internal sealed record NamespaceEntitySettings(
    TimeProvider Time, TimeSpan IdleTimeout, Func<NamespaceAnnouncement, Task<AnnouncementReply?>> AnnounceAsync, ILogger Logger)
    : JournalEntitySettings(Time, Logger)
{
    /// <summary>Where the entities of this node are counted and timed.</summary>
    public required EntityMetrics Metrics { get; init; }

    /// <summary>How many registrations the namespace may have.</summary>
    public int MaxRegistrations { get; init; } = RegistrationLimits.DefaultMaxPerNamespace;

    /// <summary>For how long a caller may wait at most; the most that a setting allows, if nothing else is said.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);
}
