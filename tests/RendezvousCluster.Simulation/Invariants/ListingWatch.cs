using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Simulation.Plans;
using RendezvousCluster.Simulation.World;

namespace RendezvousCluster.Simulation.Invariants;

/// <summary>
/// Knows what the directory has confirmed, and until when each namespace is listed in the journals, and so what every list has to show.
/// </summary>
internal sealed class ListingWatch(SimulationSettings settings, ClockHistory clocks)
{
    /// <summary>
    /// So old a list of an owner may be that was replaced and does not know: one that has not written for longer, as Flaw.Compaction's
    /// TrustAge says, does not show it. And a write may take as long as the slowest of them.
    /// </summary>
    internal const long StaleFor = 30_000 + 4_000;

    private const long LongestAnswer = 10_000;

    private readonly long _staleFor =
        StaleFor + (settings.Families.HasFlag(FaultFamilies.Suspensions) ? Allowances.LongestStandstill : 0);

    private readonly Dictionary<RendezvousNamespace, Listed> _byName = [];
    private readonly Dictionary<int, long> _forgottenAt = [];

    /// <summary>A time as milliseconds since the beginning.</summary>
    internal static long Milliseconds(DateTimeOffset time) => (long)(time - SimulatedCluster.Epoch).TotalMilliseconds;

    /// <summary>A namespace announces itself.</summary>
    public void Announced(NamespaceAnnouncement announcement)
    {
        Listed listed = Of(announcement.Namespace);
        listed.AnnouncedUntil = Math.Max(listed.AnnouncedUntil, Milliseconds(announcement.ListedUntil));
    }

    /// <summary>An event of a part is in its journal.</summary>
    public void Committed(DirectoryEvent @event)
    {
        if (@event is NamespaceListed listed)
        {
            Of(listed.Namespace).CommittedUntil = Math.Max(
                Of(listed.Namespace).CommittedUntil, listed.UntilUnixMilliseconds - SimulatedCluster.Epoch.ToUnixTimeMilliseconds());
        }
    }

    /// <summary>An announcement is confirmed.</summary>
    /// <param name="part">By which part.</param>
    /// <param name="announcement">The announcement.</param>
    /// <param name="mayBeStale">Whether the answer may come from an owner that had been replaced.</param>
    /// <param name="now">When.</param>
    public void Confirmed(int part, NamespaceAnnouncement announcement, bool mayBeStale, long now)
    {
        // A confirmed listing is in the journal. An owner that was started in the wrong place fences off the right one, which shows its
        // list until it learns of that; and one that recovered an empty part has no fence for a while.
        long seenFrom = !mayBeStale ? now
            : settings.ReplacedNodesStartOwners ? now + _staleFor
            : IsEverythingOver(part, now) ? now + Allowances.UnfencedLife
            : now;
        if (_forgottenAt.TryGetValue(part, out long forgottenAt) && now < forgottenAt + LongestAnswer)
        {
            return; // it may have been on its way when it was lost
        }

        Listed listed = Of(announcement.Namespace);
        listed.Part = part;
        listed.Confirmations.RemoveAll(confirmation => confirmation.Until <= now + clocks.Widest); // binds nobody any more
        listed.Confirmations.Add(new Confirmation(
            seenFrom, Milliseconds(announcement.ListedUntil), mayBeStale ? long.MinValue : Milliseconds(announcement.ActiveUntil)));
    }

    /// <summary>What a part confirmed from a time on is lost.</summary>
    public void Forgotten(int part, long since, long now)
    {
        _forgottenAt[part] = now;
        foreach (Listed listed in _byName.Values.Where(listed => listed.Part == part))
        {
            listed.Confirmations.RemoveAll(confirmation => confirmation.SeenFrom >= since);
        }
    }

    /// <summary>Whether the journals list a namespace at least until then.</summary>
    public bool IsListed(RendezvousNamespace ns, long until) => Of(ns).CommittedUntil >= until;

    /// <summary>Whether a namespace may be shown by a list that was asked for at that time: it has announced itself for so long.</summary>
    public bool MayBeShown(RendezvousNamespace ns, long began) => Of(ns).AnnouncedUntil > began - clocks.Widest;

    /// <summary>The namespaces that a complete list of a part has to show and does not.</summary>
    /// <param name="reading">The list, complete.</param>
    /// <param name="now">When its end was read.</param>
    public IEnumerable<RendezvousNamespace> MissingIn(ListReading reading, long now)
    {
        long since = reading.MayBeStale ? reading.Began - _staleFor : reading.Began;
        foreach ((RendezvousNamespace ns, Listed listed) in _byName)
        {
            if (listed.Part == reading.Part && !reading.Found.Contains(ns)
                && listed.Confirmations.Exists(confirmation => MustBeShown(confirmation, reading, since, now)))
            {
                yield return ns;
            }
        }
    }

    private bool MustBeShown(Confirmation confirmation, ListReading reading, long since, long now) =>
        confirmation.SeenFrom <= since
        && confirmation.Until > now + clocks.Widest
        && (reading.ActiveSince is not { } activeSince
            || (!reading.MayBeStale && !settings.ReplacedNodesStartOwners && confirmation.ActiveUntil >= activeSince + clocks.Widest));

    private bool IsEverythingOver(int part, long now) => !_byName.Values.Any(listed => listed.Part == part && listed.Confirmations.Exists(
        confirmation => confirmation.SeenFrom <= now - Allowances.UnfencedLife && confirmation.Until > now + clocks.Widest));

    private Listed Of(RendezvousNamespace ns)
    {
        if (!_byName.TryGetValue(ns, out Listed? listed))
        {
            _byName.Add(ns, listed = new Listed());
        }

        return listed;
    }

    private readonly record struct Confirmation(long SeenFrom, long Until, long ActiveUntil);

    private sealed class Listed
    {
        public int Part { get; set; } = -1;

        public long AnnouncedUntil { get; set; } = long.MinValue;

        public long CommittedUntil { get; set; } = long.MinValue;

        public List<Confirmation> Confirmations { get; } = [];
    }
}
