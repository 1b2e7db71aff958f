using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Checking;

/// <summary>
/// The writes of one namespace, by peer. A write that a replaced node acknowledged is safe, but its successor need not know of it before
/// its own next write collides with it; so it is unknown, until somebody else's later write is acknowledged.
/// </summary>
internal sealed class NamespaceTimeline
{
    private readonly Dictionary<int, PeerTimeline> _peers;

    public NamespaceTimeline(IEnumerable<RegistryWrite> writes, Allowances allowances)
    {
        RegistryWrite[] all = [.. writes.Where(write => write.Outcome != Outcome.Failed).OrderBy(write => write.Invoked)];
        RegistryWrite[] sure = [.. all.Where(write => write is { Outcome: Outcome.Ok, IsUnregister: false } && !IsStale(write))];
        _peers = all.Select(Know).GroupBy(known => known.Write.Peer)
            .ToDictionary(group => group.Key, group => new PeerTimeline(group, allowances));

        bool IsStale(RegistryWrite write) => allowances.MayBeStale(write.Node, write.Invoked, write.Ended);

        KnownWrite Know(RegistryWrite write)
        {
            long lastDecision = allowances.LastDecision(write.Invoked);
            if (IsStale(write))
            {
                long end = Math.Max(write.Ended, allowances.LastEffect(write.Invoked));
                int next = Array.FindIndex(sure, other => other.Invoked > end);
                return new KnownWrite(
                    write, KnownWrite.Never, next < 0 ? KnownWrite.Never : sure[next].Ended, lastDecision, allowances.Clocks);
            }

            return write.Outcome == Outcome.Ok
                ? new KnownWrite(write, write.Ended, write.Ended, lastDecision, allowances.Clocks)
                : new KnownWrite(write, KnownWrite.Never, allowances.LastEffect(write.Invoked), lastDecision, allowances.Clocks);
        }
    }

    /// <summary>Everybody who ever asked to be registered here.</summary>
    public IEnumerable<PeerTimeline> Peers => _peers.Values;

    /// <summary>One of them, or null.</summary>
    public PeerTimeline? Of(int peer) => _peers.GetValueOrDefault(peer);
}
