using RendezvousCluster.Chaos.History;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Chaos.Checking;

/// <summary>
/// Replays a history against what is promised. It knows what clients know and nothing else. A read through a node that may have been
/// replaced without knowing it is allowed to show the past, but nothing expired, strange or changed.
/// </summary>
internal sealed class HistoryChecker
{
    private readonly RunHistory _history;
    private readonly Allowances _allowances;
    private readonly NamespaceTimeline[] _namespaces;
    private readonly Dictionary<(int Namespace, int Reader), FollowerView> _followers = [];
    private readonly List<Violation> _violations = [];

    private HistoryChecker(RunHistory history)
    {
        _history = history;
        _allowances = new Allowances(history.Faults);
        ILookup<int, RegistryWrite> writes = history.Writes.ToLookup(write => write.Namespace);
        _namespaces = [.. Enumerable.Range(0, history.Namespaces).Select(ns => new NamespaceTimeline(writes[ns], _allowances))];
    }

    /// <summary>Every broken promise, in the order of time.</summary>
    public static IReadOnlyList<Violation> Check(RunHistory history)
    {
        var checker = new HistoryChecker(history);
        checker.CheckRefusals();
        foreach (RegistryRead read in history.Reads.OrderBy(read => read.Invoked))
        {
            checker.Check(read);
        }

        checker.CheckAnswers();
        return [.. checker._violations.OrderBy(violation => violation.At)];
    }

    private void CheckRefusals()
    {
        foreach (RegistryWrite write in _history.Writes.Where(
            write => write.Namespace < _history.Namespaces && IsRefusal(write.Outcome, write.Detail)))
        {
            // A replaced owner may know an older state, in which the record was a newer one.
            if (!_allowances.MayBeStale(write.Node, write.Invoked, write.Ended))
            {
                Break(Invariant.NothingIsRefused, write.Ended, $"{Name(write)}: {write.Detail}");
            }
        }

        foreach (RegistryRead read in _history.Reads.Where(read => IsRefusal(read.Outcome, read.Detail)))
        {
            Break(Invariant.NothingIsRefused, read.Ended, $"{Name(read)}: {read.Detail}");
        }
    }

    private static bool IsRefusal(Outcome outcome, string detail) =>
        outcome == Outcome.Failed || detail.StartsWith(nameof(RendezvousStatus.InternalError), StringComparison.Ordinal);

    private void Check(RegistryRead read)
    {
        bool fresh = !_allowances.MayBeStale(read.Node, read.Invoked, read.Ended);
        if (read.CookieRefused && fresh)
        {
            Break(Invariant.CookiesMissNothing, read.Ended, $"{Name(read)}: a cookie that was given out is refused: {read.Detail}");
        }

        FollowerView? follower = read.Follows ? FollowerOf(read) : null;
        var found = new HashSet<int>();
        foreach (ReadPage page in read.Pages)
        {
            if (page.Found.Count > read.Limit)
            {
                Break(Invariant.LimitsHold, page.To, $"{Name(read)}: a page of {page.Found.Count} where {read.Limit} were asked for");
            }

            CheckPage(read, page, fresh, follower, found);
        }

        if (read.Outcome == Outcome.Ok && fresh && !read.CookieRefused && read.Pages.Count > 0)
        {
            CheckNothingMissing(read, follower, found);
        }

        if (read.CookieRefused)
        {
            _followers.Remove((read.Namespace, read.Reader));
        }
    }

    private FollowerView FollowerOf(RegistryRead read)
    {
        if (!_followers.TryGetValue((read.Namespace, read.Reader), out FollowerView? follower))
        {
            _followers[(read.Namespace, read.Reader)] = follower = new FollowerView();
        }

        return follower;
    }

    private void CheckPage(RegistryRead read, ReadPage page, bool fresh, FollowerView? follower, HashSet<int> found)
    {
        var onPage = new HashSet<int>();
        foreach (FoundRecord record in page.Found)
        {
            if (record.Peer == FoundRecord.Nobodys)
            {
                Break(Invariant.BytesAreIdentical, page.To, $"{Name(read)}: shows a record that nobody made");
                continue;
            }

            if (record.Namespace != read.Namespace || record.Shown != read.Namespace)
            {
                Break(
                    Invariant.NamespacesAreApart,
                    page.To,
                    $"{Name(read)}: shows peer {record.Peer} of ns{record.Namespace} as of ns{record.Shown}");
                continue;
            }

            Judge(read, page, record, fresh, follower);
            found.Add(record.Peer);
            if (!onPage.Add(record.Peer))
            {
                Break(Invariant.CookiesMissNothing, page.To, $"{Name(read)}: shows peer {record.Peer} twice on a page");
            }
        }
    }

    private void Judge(RegistryRead read, ReadPage page, FoundRecord record, bool fresh, FollowerView? follower)
    {
        var seen = new Sighting(record, page);
        long latest = long.MinValue;
        PeerTimeline? peer = _namespaces[read.Namespace].Of(record.Peer);
        Invariant? broken = peer is null ? Invariant.BytesAreIdentical : peer.Judge(seen, fresh, out latest);
        if (broken is { } promise)
        {
            Break(promise, page.To, $"{Name(read)}: shows record {record.Version} of peer {record.Peer} for {record.RemainingSeconds} s");
        }

        int told = follower?.Receive(record.Peer, seen, latest) ?? 0;
        if (_history.Faults.Count == 0 && peer is not null && told > peer.Registers)
        {
            Break(
                Invariant.CookiesMissNothing,
                page.To,
                $"{Name(read)}: tells {told} times of peer {record.Peer}, who registered {peer.Registers} times");
        }
    }

    private void CheckNothingMissing(RegistryRead read, FollowerView? follower, HashSet<int> found)
    {
        // A read from the beginning has to show what was there when it began; a follower, what was there when its last page was asked for.
        long since = follower is null ? read.Pages[0].From : read.Pages[^1].From;
        foreach (PeerTimeline peer in _namespaces[read.Namespace].Peers)
        {
            if (peer.MustBeFound(since, read.Pages[^1].To) is not { } known)
            {
                continue;
            }

            string registered = $"peer {peer.Peer}, registered at node {known.Write.Node} at {known.SeenFrom} for {known.Write.Ttl} ms";
            if (follower is null && !found.Contains(peer.Peer))
            {
                Break(PeerTimeline.Missing(known, since, read.Node), read.Ended, $"{Name(read)}: does not show {registered}");
            }
            else if (follower is not null && !follower.Knows(known, read.Pages[^1].To))
            {
                Break(Invariant.CookiesMissNothing, read.Ended, $"{Name(read)}: has not received {registered}");
            }
        }
    }

    private void CheckAnswers()
    {
        for (int ns = 0; ns < _history.Namespaces; ns++)
        {
            for (int node = 0; node < _history.Nodes; node++)
            {
                if (!_history.Writes.Any(write => IsHere(write.Namespace, write.Node, write.Invoked, write.Outcome) && !write.IsUnregister))
                {
                    Break(
                        Invariant.AnswersAfterFaults,
                        _history.QuietFrom,
                        $"ns{ns}: no REGISTER is acknowledged at node {node} when all is quiet");
                }

                if (!_history.Reads.Any(read => IsHere(read.Namespace, read.Node, read.Invoked, read.Outcome)))
                {
                    Break(
                        Invariant.AnswersAfterFaults,
                        _history.QuietFrom,
                        $"ns{ns}: no DISCOVER is answered at node {node} when all is quiet");
                }

                bool IsHere(int ofNamespace, int atNode, long invoked, Outcome outcome) =>
                    ofNamespace == ns && atNode == node && invoked >= _history.QuietFrom && outcome == Outcome.Ok;
            }
        }
    }

    private static string Name(RegistryWrite write) =>
        $"ns{write.Namespace}, {(write.IsUnregister ? "UNREGISTER" : $"REGISTER of record {write.Version}")} by peer {write.Peer} at "
        + $"node {write.Node} at {write.Invoked}";

    private static string Name(RegistryRead read) =>
        $"ns{read.Namespace}, {(read.Follows ? "following" : "DISCOVER")} by peer {read.Reader} at node {read.Node} at {read.Invoked}";

    private void Break(Invariant invariant, long at, string text) => _violations.Add(new Violation(invariant, at, text));
}
