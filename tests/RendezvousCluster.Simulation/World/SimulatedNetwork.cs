using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.World;

/// <summary>
/// Messages between nodes. They take a millisecond or so, and may be lost, doubled, held up and so reordered. A node's message to
/// itself is not lost, but waits its turn.
/// </summary>
internal sealed class SimulatedNetwork(SimulatedCluster cluster)
{
    private readonly Dictionary<(int From, int To), long> _lastArrival = [];

    public FaultWindow Loss { get; } = new();

    public FaultWindow Duplication { get; } = new();

    /// <summary>Its amount is the longest delay, in milliseconds.</summary>
    public FaultWindow Delay { get; } = new();

    /// <summary>Sends a message.</summary>
    public void Send(SimulatedNode from, SimulatedNode to, SeededSequence random, Action arrive)
    {
        if (from == to)
        {
            cluster.Time.After(random.Below(2), to, arrive);
            return;
        }

        SendOnce(from, to, random, arrive);
        if (Duplication.Hits(cluster.Time.Now, random))
        {
            cluster.Statistics.Count(FaultKind.MessageDuplicated);
            SendOnce(from, to, random, arrive);
        }
    }

    private void SendOnce(SimulatedNode from, SimulatedNode to, SeededSequence random, Action arrive)
    {
        if (!AreConnected(from, to))
        {
            return;
        }

        if (Loss.Hits(cluster.Time.Now, random))
        {
            cluster.Statistics.Count(FaultKind.MessageLost);
            return;
        }

        long delay = 1 + random.Below(3);
        if (Delay.IsOpen(cluster.Time.Now) && random.Chance(500))
        {
            delay += random.Between(0, Delay.Amount);
            cluster.Statistics.Count(FaultKind.MessageDelayed);
        }

        long arrival = cluster.Time.Now + delay;
        long last = _lastArrival.GetValueOrDefault((from.Index, to.Index));
        if (arrival < last)
        {
            cluster.Statistics.Count(FaultKind.MessageReordered);
        }

        _lastArrival[(from.Index, to.Index)] = Math.Max(last, arrival);
        cluster.Time.After(delay, () =>
        {
            if (!to.IsUp || !AreConnected(from, to))
            {
                return;
            }

            if (to.PausedUntil > cluster.Time.Now)
            {
                cluster.Time.After(0, to, arrive);
            }
            else
            {
                arrive();
            }
        });
    }

    private static bool AreConnected(SimulatedNode from, SimulatedNode to) => from == to || (!from.IsIsolated && !to.IsIsolated);
}
