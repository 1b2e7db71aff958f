using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Tests.Namespaces;

/// <summary>The rules of a namespace, written as plainly as possible: lists, scans, no batches.</summary>
internal sealed class NaiveNamespace
{
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<PeerId, DateTimeOffset> _unregistered = [];

    public ulong LastRevision { get; private set; }

    public RendezvousStatus Register(RegisterCommand command, DateTimeOffset now)
    {
        if (now > command.Deadline || (_unregistered.TryGetValue(command.Peer, out DateTimeOffset fence) && command.Deadline < fence))
        {
            return RendezvousStatus.Unavailable;
        }

        DateTimeOffset expiresAt = now.AddSeconds(command.TtlSeconds);
        DateTimeOffset deadline = command.Deadline;
        if (_entries.Find(entry => entry.Peer.Equals(command.Peer) && entry.ExpiresAt > now) is { } stored)
        {
            bool same = stored.Envelope.AsSpan().SequenceEqual(command.Envelope.Span);
            if (command.RecordSequence < stored.Sequence)
            {
                return RendezvousStatus.InvalidSignedPeerRecord;
            }

            if (command.Deadline < stored.Deadline && command.RecordSequence == stored.Sequence)
            {
                if (!same)
                {
                    return RendezvousStatus.Unavailable;
                }

                if (expiresAt <= stored.ExpiresAt)
                {
                    return RendezvousStatus.Ok;
                }
            }

            deadline = same && stored.Deadline > deadline ? stored.Deadline : deadline;
        }

        _entries.RemoveAll(entry => entry.Peer.Equals(command.Peer));
        _entries.Add(new Entry(
            command.Peer, command.Envelope.ToArray(), command.RecordSequence, NextRevision(now), expiresAt, deadline, command.TtlSeconds));
        return RendezvousStatus.Ok;
    }

    public RendezvousStatus Unregister(UnregisterCommand command, DateTimeOffset now)
    {
        if (now > command.Deadline)
        {
            return RendezvousStatus.Unavailable;
        }

        if (_entries.Find(entry => entry.Peer.Equals(command.Peer) && entry.ExpiresAt > now) is { } stored)
        {
            if (command.Deadline < stored.Deadline)
            {
                return RendezvousStatus.Unavailable;
            }

            _entries.Remove(stored);
            _unregistered[command.Peer] = command.Deadline;
            NextRevision(now);
        }

        return RendezvousStatus.Ok;
    }

    public void Sweep(DateTimeOffset now)
    {
        _entries.RemoveAll(entry => entry.ExpiresAt <= now);
        foreach (PeerId peer in _unregistered.Where(fence => fence.Value < now).Select(fence => fence.Key).ToList())
        {
            _unregistered.Remove(peer);
        }
    }

    public IEnumerable<(ulong Revision, string Envelope, uint RemainingTtlSeconds)> Discover(DiscoverQuery query, DateTimeOffset now)
    {
        int bytes = 0;
        int count = 0;
        foreach (Entry entry in _entries.Where(e => e.ExpiresAt > now && e.Revision > query.AfterRevision).OrderBy(e => e.Revision))
        {
            bytes += entry.Envelope.Length;
            if (++count > query.Limit || (count > 1 && bytes > query.MaxBytes))
            {
                yield break;
            }

            yield return (entry.Revision, Convert.ToHexString(entry.Envelope),
                (uint)Math.Clamp(Math.Floor((entry.ExpiresAt - now).TotalSeconds), 1, entry.TtlSeconds));
        }
    }

    private ulong NextRevision(DateTimeOffset now) =>
        LastRevision = Math.Max(LastRevision + 1, (ulong)now.ToUnixTimeMilliseconds() * 1_048_576);

    private sealed record Entry(
        PeerId Peer, byte[] Envelope, ulong Sequence, ulong Revision, DateTimeOffset ExpiresAt, DateTimeOffset Deadline,
        uint TtlSeconds);
}
