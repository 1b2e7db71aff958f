using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Checking;

/// <summary>
/// For how long a request may still take effect after its client has gone, and when a node may not know what it should. Follows from the
/// limits of the server and from what went wrong; where nothing went wrong, it is the request's own time and what a loaded machine needs.
/// </summary>
internal sealed class Allowances(IReadOnlyList<FaultEvent> faults)
{
    /// <summary>How long a server works at a request, in milliseconds: its limit RequestTimeout.</summary>
    public const long RequestTimeout = 5_000;

    /// <summary>From a client's sending to the server's reading, in milliseconds, on a loaded machine.</summary>
    public const long Delivery = 2_000;

    /// <summary>
    /// From an owner's decision until the journal has it or never will, and an owner without a fence knows, in milliseconds.
    /// </summary>
    public const long Commit = 10_000;

    /// <summary>
    /// Clocks that are true are the same, but read at different moments and with different steps, in milliseconds. For those that are not
    /// there are <see cref="Clocks"/>.
    /// </summary>
    public const long ClockTolerance = 50;

    private readonly FaultEvent[] _standstills = [.. faults.Where(fault => fault.IsStandstill).OrderBy(fault => fault.From)];
    private readonly ILookup<int, FaultEvent> _stale = faults.Where(fault => fault.StaleUntil > fault.From).ToLookup(fault => fault.Node);

    /// <summary>How far clocks were apart, and when.</summary>
    public ClockSpread Clocks { get; } = new(faults);

    /// <summary>The longest time between a REGISTER's invocation and its decision, in milliseconds.</summary>
    public long LongestDecision => RequestTimeout + Delivery + _standstills.Sum(fault => fault.To - fault.From) + LargestSkew;

    /// <summary>How far clocks were apart at most in the whole run, in milliseconds.</summary>
    public long LargestSkew => Clocks.Between(long.MinValue, long.MaxValue);

    /// <summary>The last moment at which an owner may decide a request, and so its TTL begin.</summary>
    public long LastDecision(long invoked)
    {
        long end = invoked + RequestTimeout + Delivery;
        foreach (FaultEvent standstill in _standstills)
        {
            if (standstill.To > invoked && standstill.From < end)
            {
                end += standstill.To - Math.Max(standstill.From, invoked);
            }
        }

        // The owner goes by its own clock: one that is behind takes for timely what is late by that much.
        return end + Clocks.Between(invoked, end + Clocks.Between(invoked, end));
    }

    /// <summary>The last moment at which a request without an acknowledgement can begin to be seen.</summary>
    public long LastEffect(long invoked) => LastDecision(invoked) + Commit;

    /// <summary>Whether a node may have been replaced without knowing it in a span of time.</summary>
    public bool MayBeStale(int node, long from, long to) => _stale[node].Any(fault => fault.From <= to && from <= fault.StaleUntil);
}
