using Akka.Actor;

namespace RendezvousCluster.Registry.Outages;

/// <summary>
/// What the nodes of the cluster have said of their stores lately (<see cref="StoreWatch"/>). One that has said the same for
/// <see cref="BelievedAfter"/> is believed; what a node said that falls silent is forgotten.
/// </summary>
internal sealed class StoreReports(TimeProvider time)
{
    /// <summary>
    /// So long a node has to go on saying the same. When the database comes back, the last node to see it does so one look later, three
    /// seconds and a quarter: with less it would be taken for one that is cut off, because the others saw it first. And a stall that is
    /// shorter than this moves nothing.
    /// </summary>
    internal static readonly TimeSpan BelievedAfter = TimeSpan.FromSeconds(4);

    /// <summary>What a node said counts for so long: longer than two reports, with a look of three seconds in between, are apart.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    /// <summary>
    /// For so long after a node has said that its store is away its owners are left alone: the store that is back may be a copy that
    /// lagged, and until they have looked, and written again what it has lost, their memory is all that is left of that. They look within
    /// two seconds; memory of those whose writes failed waits for its successors a little longer.
    /// </summary>
    internal static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<Address, long> _saidAway = [];
    private readonly Dictionary<Address, (bool IsAway, long Since, long Last)> _said = [];

    /// <summary>A node says something.</summary>
    /// <param name="node">Its address.</param>
    /// <param name="isAway">Whether its store is away, or else well.</param>
    public void Heard(Address node, bool isAway)
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            foreach (Address recovered in _saidAway.Where(said => time.GetElapsedTime(said.Value, now) > Aftermath).Select(said => said.Key)
                .ToArray())
            {
                _saidAway.Remove(recovered);
            }

            if (isAway)
            {
                _saidAway[node] = now;
            }

            foreach (Address silent in _said.Where(said => time.GetElapsedTime(said.Value.Last, now) > Lifetime).Select(said => said.Key)
                .ToArray())
            {
                _said.Remove(silent);
            }

            bool goesOn = _said.TryGetValue(node, out (bool IsAway, long Since, long Last) before) && before.IsAway == isAway;
            _said[node] = (isAway, goesOn ? before.Since : now, now);
        }
    }

    /// <summary>Whether a node may still know what its store has lost: it has said not long ago that the store is away.</summary>
    public bool IsTroubled(Address node)
    {
        lock (_lock)
        {
            return _saidAway.TryGetValue(node, out long last) && time.GetElapsedTime(last) <= Aftermath;
        }
    }

    /// <summary>What is known now of the store of a node.</summary>
    public StoreState StateOf(Address node)
    {
        lock (_lock)
        {
            return !_said.TryGetValue(node, out (bool IsAway, long Since, long Last) said)
                || time.GetElapsedTime(said.Last) > Lifetime || time.GetElapsedTime(said.Since) < BelievedAfter ? StoreState.Unknown
                : said.IsAway ? StoreState.Away
                : StoreState.Well;
        }
    }
}
