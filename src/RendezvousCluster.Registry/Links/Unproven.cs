using System.Net;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Registry.Links;

/// <summary>
/// The connections that have not proved yet to be of the cluster, bounded in number. When one more comes than there may be, the oldest one
/// goes of the address (<see cref="ConnectionSource.Address"/>, as the front door counts them) that has the most of them: one that knocks
/// in thousands crowds out itself. Safe for use from several threads.
/// </summary>
/// <param name="max">How many there may be.</param>
internal sealed class Unproven(int max)
{
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = []; // the oldest first

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Takes a connection in; to be disposed of when it has proved itself, or has ended.</summary>
    /// <param name="from">Where it came from.</param>
    /// <param name="crowdedOut">Called once, on any thread, when it must go for others.</param>
    public IDisposable Enter(IPAddress from, Action crowdedOut)
    {
        var entry = new Entry(this, ConnectionSource.Of(from).Address, crowdedOut);
        Entry? victim = null;
        lock (_lock)
        {
            if (_entries.Count >= max)
            {
                UInt128 largest = _entries.CountBy(one => one.Network).MaxBy(network => network.Value).Key;
                victim = _entries.First(one => one.Network == largest);
                _entries.Remove(victim);
            }

            _entries.Add(entry);
        }

        victim?.CrowdedOut();
        return entry;
    }

    private sealed record Entry(Unproven Owner, UInt128 Network, Action CrowdedOut) : IDisposable
    {
        public void Dispose()
        {
            lock (Owner._lock)
            {
                Owner._entries.RemoveAll(one => ReferenceEquals(one, this));
            }
        }
    }
}
