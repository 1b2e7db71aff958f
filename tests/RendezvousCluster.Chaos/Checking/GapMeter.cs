using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Checking;

/// <summary>How long namespaces did not answer, and after what.</summary>
internal static class GapMeter
{
    // The last success before a fault is up to a client's pause earlier, in milliseconds.
    private const long Pace = 500;

    /// <summary>The longest gap of each namespace and kind of request after each kind of fault, the longest first.</summary>
    /// <param name="history">The history.</param>
    /// <param name="until">Until when clients were busy all the time; a gap that had not ended by then ends there.</param>
    public static IReadOnlyList<Gap> Measure(RunHistory history, long until)
    {
        FaultEvent[] faults = [.. history.Faults.OrderBy(fault => fault.From).ThenBy(fault => fault.Kind)];
        IEnumerable<Gap> registers =
            history.Writes.Where(write => write is { Outcome: Outcome.Ok, IsUnregister: false } && write.Namespace < history.Namespaces)
                .GroupBy(write => write.Namespace, write => write.Ended).SelectMany(times => Gaps(times.Key, true, times, until, faults));
        IEnumerable<Gap> discovers = history.Reads.Where(read => read.Outcome == Outcome.Ok)
            .GroupBy(read => read.Namespace, read => read.Ended).SelectMany(times => Gaps(times.Key, false, times, until, faults));
        return [.. registers.Concat(discovers).OrderByDescending(gap => gap.Length)];
    }

    private static Dictionary<int, Gap>.ValueCollection Gaps(
        int ns, bool registers, IEnumerable<long> successes, long until, FaultEvent[] faults)
    {
        long[] times = [.. successes.Where(time => time < until).Order(), until];
        var longest = new Dictionary<int, Gap>();
        for (int at = 1; at < times.Length; at++)
        {
            FaultKind? cause = CauseOf(times[at - 1], times[at], faults);
            int key = cause is { } kind ? (int)kind : -1;
            if (!longest.TryGetValue(key, out Gap? known) || known.Length < times[at] - times[at - 1])
            {
                longest[key] = new Gap(ns, registers, times[at - 1], times[at], cause);
            }
        }

        return longest.Values;
    }

    // The first thing that went wrong in it, or else the last one before.
    private static FaultKind? CauseOf(long from, long to, FaultEvent[] faults)
    {
        FaultKind? cause = null;
        foreach (FaultEvent fault in faults)
        {
            if (fault.From >= to)
            {
                break;
            }

            cause = fault.Kind;
            if (fault.From >= from - Pace)
            {
                break;
            }
        }

        return cause;
    }
}
