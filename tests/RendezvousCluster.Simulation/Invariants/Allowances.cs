using RendezvousCluster.Simulation.Plans;
using RendezvousCluster.Simulation.World;

namespace RendezvousCluster.Simulation.Invariants;

/// <summary>
/// For how long a request may still take effect after its client has gone: what is promised is exact, but what is unknown stays so until
/// then. Everything here follows from the faults that a run may have; in a calm run all of it is zero but the request's own time.
/// </summary>
internal sealed class Allowances(SimulationSettings settings, ClockHistory clocks)
{
    /// <summary>
    /// An owner that answers without a fence lives this long: so long may a namespace that was filled behind its back be read as empty.
    /// </summary>
    internal const long UnfencedLife = 6_000;

    private readonly long _effect = SimulatedFrontEnd.RequestTimeout + 200
        + (settings.Families.HasFlag(FaultFamilies.Nodes) ? LongestPause : 0)
        + (settings.Families.HasFlag(FaultFamilies.Suspensions) ? LongestStandstill : 0)
        + (settings.Families.HasFlag(FaultFamilies.Journal) ? SlowestWrite + SimulatedDisk.MaxLateness : 0)
        + (settings.HasOtherFaults ? SlowestAnnouncement : 0);

    // An owner whose node stood still for longer than this does not trust itself, and does not write: Flaw.Compaction's TrustAge.
    private const long LongestPause = 30_000;

    /// <summary>As planned by PlanGenerator. An owner on a machine that was suspended does not know of it, and writes behind it.</summary>
    internal const long LongestStandstill = 150_000;

    private const long SlowestWrite = 3_000;
    private const long SlowestAnnouncement = SimulatedDirectory.AnnouncementTimeout + 100;

    private readonly long _longestWait = (2 * SimulatedFrontEnd.RequestTimeout)
        + (settings.Families.HasFlag(FaultFamilies.Nodes) ? LongestStandstill : 0);

    private readonly bool _copies = settings.HasOtherFaults;

    /// <summary>
    /// How far clocks were apart in a span of time, and before: a command that waited for another one has a deadline after that one's,
    /// even if the clock stepped meanwhile.
    /// </summary>
    public long Skew(long from, long to) => clocks.Spread(from - _longestWait, to);

    /// <summary>From when on everyone has to see a write that is acknowledged now.</summary>
    /// <param name="now">When it is acknowledged.</param>
    /// <param name="mayBeStale">Whether the answer may come from an owner that had been replaced.</param>
    /// <param name="mayBeEmpty">Whether the namespace may have been empty a moment ago, so that the owner's successor, if there is one, has
    /// no fence.</param>
    public long SeenFrom(long now, bool mayBeStale, bool mayBeEmpty) =>
        !mayBeStale ? now

        // An owner that was started in the wrong place fences off the right one, which does not learn of it before its next write.
        : settings.ReplacedNodesStartOwners ? RegistrationWrite.Never
        : mayBeEmpty ? now + UnfencedLife
        : now;

    /// <summary>The last moment at which a write can first take effect.</summary>
    public long EndOf(RegistrationWrite write, long now) => write.Acknowledged is { } acknowledged
        ? Math.Max(acknowledged, write.SeenFrom)
        : write.Invoked + _effect + Skew(write.Invoked, now);

    /// <summary>The last moment at which a copy of a REGISTER may be decided, and so the TTL begin.</summary>
    public long LastDecision(RegistrationWrite write, long now) => !_copies && write.Acknowledged is { } acknowledged
        ? acknowledged
        : write.Invoked + SimulatedFrontEnd.RequestTimeout + Skew(write.Invoked, now);

    /// <summary>Whether one write is surely over before another begins, also as the owners' clocks see it.</summary>
    public bool Precedes(RegistrationWrite earlier, RegistrationWrite later, long now) =>
        EndOf(earlier, now) + Skew(earlier.Invoked, now) < later.Invoked;
}
