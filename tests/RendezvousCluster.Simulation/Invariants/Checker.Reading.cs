using RendezvousCluster.Core;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Simulation.Invariants;

internal sealed partial class Checker
{
    /// <summary>A page has come.</summary>
    /// <returns>Whether it is the last one.</returns>
    public bool PageRead(Reading reading, DiscoverReply reply, long now)
    {
        if (reply.Status == RendezvousStatus.InvalidCookie)
        {
            // An owner that has fallen behind, with a clock that is behind too, takes a cookie of its successor for one from the future.
            if (!reading.MayBeStale && !_settings.ReplacedNodesStartOwners)
            {
                Break(
                    Invariant.CookiesMissNothing,
                    $"ns{reading.Namespace}: a cookie that was given out is refused: {reply.StatusText}",
                    now);
            }

            if (reading.Follower is { } refused)
            {
                refused.Cookie = 0;
            }

            return true;
        }

        if (reply.Registrations.Count > reading.Limit)
        {
            Break(
                Invariant.LimitsHold,
                $"ns{reading.Namespace}: a page of {reply.Registrations.Count} where {reading.Limit} were asked for",
                now);
        }

        var onPage = new HashSet<int>();
        foreach (DiscoveredRegistration found in reply.Registrations)
        {
            Check(reading, found, onPage, now);
        }

        reading.Cookie = reply.CookieRevision;
        if (reading.Follower is { } follower)
        {
            follower.Cookie = reply.CookieRevision;
        }

        bool isLast = reply.Registrations.Count < reading.Limit;
        if (isLast && !reading.MayBeStale)
        {
            CheckNothingMissing(reading, now);
        }

        return isLast;
    }

    private void Check(Reading reading, DiscoveredRegistration found, HashSet<int> onPage, long now)
    {
        if (!Envelopes.TryRead(found.Envelope.Span, out int ns, out int peer, out int version) || peer >= _settings.Peers)
        {
            Break(
                Invariant.BytesAreIdentical, $"ns{reading.Namespace}: {Convert.ToHexString(found.Envelope.Span)} is nobody's record", now);
            return;
        }

        if (ns != reading.Namespace || found.Namespace.Name != $"ns{reading.Namespace}")
        {
            Break(Invariant.NamespacesAreApart, $"ns{reading.Namespace}: shows peer {peer} of ns{ns} as of {found.Namespace}", now);
            return;
        }

        var seen = new Sighting(version, found.RemainingTtlSeconds, reading.PageBegan, now, reading.Node);
        if (_peers[ns, peer].Judge(seen, !reading.MayBeStale, out long latest) is { } broken)
        {
            Break(broken, $"ns{ns}: shows record {version} of peer {peer} for {found.RemainingTtlSeconds} s at node {reading.Node}", now);
        }

        reading.Found.Add(peer);
        if (!onPage.Add(peer))
        {
            Break(Invariant.CookiesMissNothing, $"ns{ns}: shows peer {peer} twice on a page", now);
        }

        int told = reading.Follower?.Receive(peer, seen, latest) ?? 0;
        if (!_settings.HasOtherFaults && told > _peers[ns, peer].Registers)
        {
            Break(
                Invariant.CookiesMissNothing,
                $"ns{ns}: tells a follower {told} times of peer {peer}, who registered {_peers[ns, peer].Registers} times",
                now);
        }
    }

    private void CheckNothingMissing(Reading reading, long now)
    {
        // A loss takes the newest revision of a peer with it. A read that was past the one before does not meet that any more.
        long forgottenAt = _forgottenAt.GetValueOrDefault(reading.Namespace, long.MinValue);
        if (reading is { Follower: null, Pages: > 0 } && forgottenAt >= reading.Began)
        {
            return;
        }

        for (int peer = 0; peer < _settings.Peers; peer++)
        {
            // A read from the beginning has to show what was there when it began; a follower, what was there when its last page was asked
            // for.
            long since = reading.Follower is null ? reading.Began : reading.PageBegan;
            if (_peers[reading.Namespace, peer].MustBeFound(since, now) is not { } write)
            {
                continue;
            }

            if (reading.Follower is null && !reading.Found.Contains(peer))
            {
                Break(
                    PeerHistory.Missing(write, since, reading.Node),
                    $"ns{reading.Namespace}: does not show peer {peer} at node {reading.Node}, registered at node {write.Node} at "
                    + $"{write.Acknowledged} for {write.Ttl} ms",
                    now);
            }
            else if (reading.Follower is { } follower && write.Acknowledged > forgottenAt
                && !follower.Knows(peer, write, _allowances.Skew(write.Invoked, now)))
            {
                Break(
                    Invariant.CookiesMissNothing,
                    $"ns{reading.Namespace}: a follower at node {reading.Node} did not hear that peer {peer} registered at "
                    + $"{write.Acknowledged} for {write.Ttl} ms",
                    now);
            }
        }
    }
}
