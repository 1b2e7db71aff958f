using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Checking;

/// <summary>Writes histories by hand. One namespace and one node unless said otherwise; a TTL is a minute.</summary>
internal sealed class HistoryBuilder
{
    public const long Ttl = 60_000;

    private readonly List<RegistryWrite> _writes = [];
    private readonly List<RegistryRead> _reads = [];
    private readonly List<FaultEvent> _faults = [];
    private int _nodes;
    private int _namespaces = 1;
    private int _quota;

    public HistoryBuilder Register(
        int peer, long at, int version = 1, Outcome outcome = Outcome.Ok, long ttl = Ttl, int node = 0, int ns = 0, string detail = "") =>
        Write(new RegistryWrite(ns, peer, node, version, ttl, at, at + 10, outcome, detail));

    /// <summary>A REGISTER that is refused because of the quota.</summary>
    public HistoryBuilder Refuse(int ns, long at, int peer = 1) =>
        Register(peer, at, outcome: Outcome.Failed, ns: ns, detail: "NotAuthorized: the quota is reached");

    public HistoryBuilder Unregister(int peer, long at, Outcome outcome = Outcome.Ok, int node = 0, int ns = 0) =>
        Write(new RegistryWrite(ns, peer, node, RegistryWrite.Unregister, 0, at, at + 10, outcome));

    /// <summary>A read from the beginning: one page.</summary>
    public HistoryBuilder Discover(long at, params FoundRecord[] found) => Read(at, 0, false, 100, new ReadPage(at, at + 10, found));

    public HistoryBuilder DiscoverAt(int node, long at, params FoundRecord[] found) =>
        Read(at, node, false, 100, new ReadPage(at, at + 10, found));

    /// <summary>A read that goes on from the cookie of the one before.</summary>
    public HistoryBuilder Follow(long at, params FoundRecord[] found) => Read(at, 0, true, 100, new ReadPage(at, at + 10, found));

    public HistoryBuilder Read(long at, int node, bool follows, int limit, params ReadPage[] pages)
    {
        _reads.Add(new RegistryRead(0, 1000, node, limit, follows, at, pages[^1].To, Outcome.Ok, false, pages));
        return this;
    }

    public HistoryBuilder CookieRefused(long at)
    {
        _reads.Add(new RegistryRead(0, 1000, 0, 100, true, at, at + 10, Outcome.Unknown, true, [], "cookie"));
        return this;
    }

    public HistoryBuilder Fault(FaultKind kind, long from, long to, int node = 0, long? staleUntil = null)
    {
        _faults.Add(new FaultEvent(kind, node, from, to, staleUntil ?? from));
        return this;
    }

    /// <summary>A node's clock is off for a while.</summary>
    public HistoryBuilder Clock(long from, long to, long skew, int node = 0)
    {
        _faults.Add(new FaultEvent(FaultKind.Clock, node, from, to, from, skew));
        return this;
    }

    /// <summary>So many nodes have to answer when all is quiet, which is from the beginning.</summary>
    public HistoryBuilder Nodes(int count)
    {
        _nodes = count;
        return this;
    }

    public HistoryBuilder Namespaces(int count)
    {
        _namespaces = count;
        return this;
    }

    public HistoryBuilder Quota(int registrations)
    {
        _quota = registrations;
        return this;
    }

    public RunHistory Build() => new(1, _nodes, _namespaces, 0, _writes, _reads, _faults, _quota);

    /// <summary>The promises that the history breaks.</summary>
    public IEnumerable<Invariant> Broken() => HistoryChecker.Check(Build()).Select(violation => violation.Invariant);

    /// <summary>A registration of a peer on a page.</summary>
    public static FoundRecord Peer(int peer, long remaining, int version = 1, int of = 0, int shown = 0) =>
        new(shown, of, peer, version, remaining);

    private HistoryBuilder Write(RegistryWrite write)
    {
        _writes.Add(write);
        return this;
    }
}
