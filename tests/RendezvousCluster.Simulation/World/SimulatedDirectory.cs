using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

/// <summary>
/// The directory of namespaces: real owners of its parts, which die, move and are replaced as owners of namespaces are, asked through front
/// ends. It has two parts. One lists the namespaces of the run; in both, others announce themselves that have no registrations, and in the
/// second one there is not room for all of them.
/// </summary>
internal sealed class SimulatedDirectory
{
    /// <summary>How many parts there are.</summary>
    internal const int Parts = 2;

    /// <summary>How many namespaces without registrations there are in each part.</summary>
    internal const int OthersPerPart = 12;

    /// <summary>As ShardedDirectory.AnnouncementTimeout.</summary>
    internal const long AnnouncementTimeout = 4_000;

    private const int NarrowPart = 1;
    private const int NarrowLimit = 7;

    private readonly SimulatedCluster _cluster;
    private readonly SimulatedJournal<DirectoryEvent, DirectorySnapshot>[] _journals;
    private readonly SeededSequence _random;

    public SimulatedDirectory(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _random = new SeededSequence(SeededSequence.Derive(cluster.Plan.Seed, 4));
        _journals =
        [
            .. Enumerable.Range(0, Parts).Select(part => new SimulatedJournal<DirectoryEvent, DirectorySnapshot>(
                cluster,
                EntityOf(part),
                @event => @event is NamespaceListed listed ? $"{listed.Namespace} is listed" : "Opened",
                @event => @event is DirectoryOpened,
                @event => cluster.Checker.Listings.Committed(@event))),
        ];
        Others =
        [
            .. Enumerable.Range(0, Parts * OthersPerPart).Select(other => RendezvousNamespace.Parse($"other{other}")),
        ];
    }

    public FaultWindow Away { get; } = new();

    /// <summary>The namespaces without registrations; of the first part, then of the second.</summary>
    public IReadOnlyList<RendezvousNamespace> Others { get; }

    /// <summary>How many namespaces a part lists.</summary>
    public static int LimitOf(int part) => part == NarrowPart ? NarrowLimit : DirectoryState.DefaultMaxNamespaces;

    /// <summary>The number of a part among all that have owners: behind the namespaces.</summary>
    public int EntityOf(int part) => _cluster.Names.Count + part;

    public SimulatedJournal<DirectoryEvent, DirectorySnapshot> JournalOf(int part) => _journals[part];

    /// <summary>
    /// Takes the announcement of a namespace that has registrations, and says how that went: null when no answer came in time.
    /// </summary>
    public void Announce(SimulatedNode from, NamespaceAnnouncement announcement, Action<AnnouncementReply?> ended)
    {
        if (Away.Hits(_cluster.Time.Now, _random))
        {
            _cluster.Statistics.Count(FaultKind.DirectoryAway);
            _cluster.Time.After(_random.Between(1, 2_000), from, () => ended(null));
            return;
        }

        Announce(from, announcement, part: 0, AnnouncementTimeout, _random.NextBits(), ended);
    }

    /// <summary>Takes an announcement.</summary>
    public void Announce(
        SimulatedNode from, NamespaceAnnouncement announcement, int part, long timeout, ulong seed, Action<AnnouncementReply?> ended)
    {
        long began = _cluster.Time.Now;
        _cluster.Checker.Listings.Announced(announcement);
        from.FrontEnd.Submit(new FrontEndRequest(
            _cluster.Trace is null ? string.Empty : $"the announcement of {announcement.Namespace}",
            EntityOf(part),
            orderKey: null,
            _ => announcement,
            new SeededSequence(seed),
            reply =>
            {
                var answer = reply as AnnouncementReply;
                if (answer is { Status: RendezvousStatus.Ok })
                {
                    _cluster.Checker.Listings.Confirmed(
                        part, announcement, _cluster.MayBeStale(from, began), _cluster.Time.Now);
                }

                ended(answer);
            })
        {
            Timeout = timeout,
        });
    }
}
