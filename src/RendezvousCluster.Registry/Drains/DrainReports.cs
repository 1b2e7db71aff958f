using System.Collections.Concurrent;
using Akka.Actor;

namespace RendezvousCluster.Registry.Drains;

/// <summary>
/// The nodes that have said lately that they are out of service. A node that falls silent is forgotten: it has come back, or it is gone.
/// </summary>
internal sealed class DrainReports(TimeProvider time)
{
    /// <summary>A report counts for so long: a few may be late or lost.</summary>
    internal static readonly TimeSpan Lifetime = 5 * DrainWatch.Interval;

    private readonly ConcurrentDictionary<Address, long> _heardAt = new();

    /// <summary>A node says that it is out of service.</summary>
    public void Heard(Address node)
    {
        foreach ((Address silent, long at) in _heardAt)
        {
            if (time.GetElapsedTime(at) > Lifetime)
            {
                _heardAt.TryRemove(KeyValuePair.Create(silent, at));
            }
        }

        _heardAt[node] = time.GetTimestamp();
    }

    /// <summary>Whether a node is out of service, as far as is known here.</summary>
    public bool IsDraining(Address node) => _heardAt.TryGetValue(node, out long at) && time.GetElapsedTime(at) <= Lifetime;
}
