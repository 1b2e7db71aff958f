using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Checking;

/// <summary>
/// How far clocks were apart. One owner reads by its clock what another one wrote by its own, and clients have the true time: so the
/// difference counts between any two clocks, maybe of the same node, at any two moments of a span of time.
/// </summary>
internal sealed class ClockSpread(IEnumerable<FaultEvent> faults)
{
    private readonly FaultEvent[] _skewed = [.. faults.Where(fault => fault.Skew != 0)];

    /// <summary>The largest difference in a span of time, in milliseconds; 0 when all clocks were true.</summary>
    public long Between(long from, long to)
    {
        long ahead = 0, behind = 0;
        foreach (FaultEvent fault in _skewed)
        {
            if (fault.From <= to && from <= fault.To)
            {
                ahead = Math.Max(ahead, fault.Skew);
                behind = Math.Min(behind, fault.Skew);
            }
        }

        return ahead - behind;
    }
}
