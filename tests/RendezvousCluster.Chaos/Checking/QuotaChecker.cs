using RendezvousCluster.Chaos.History;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Chaos.Checking;

/// <summary>
/// Whether quotas hold, from what peers heard that wanted more: the writes in namespaces beyond those that everybody uses. The counts are
/// in memory only and forgotten with the node that counts, or when counting moves to another; so too much is a broken promise only when
/// nothing went wrong, and nothing can have moved, since the oldest of it was asked for. Under any fault, the cluster never refuses a
/// refresh, nor a registration below the quota.
/// </summary>
internal sealed class QuotaChecker
{
    /// <summary>
    /// So long after a node came or went counting may move to another one, in milliseconds: a tenth of all shards every ten seconds, until
    /// each of three nodes has its third.
    /// </summary>
    public const long Unsettled = 60_000;

    private readonly RunHistory _history;
    private readonly Allowances _allowances;
    private readonly List<Violation> _violations = [];

    private QuotaChecker(RunHistory history)
    {
        _history = history;
        _allowances = new Allowances(history.Faults);
    }

    /// <summary>Every broken promise.</summary>
    /// <param name="history">The history.</param>
    /// <param name="judged">How many acknowledged registrations were held against the quota.</param>
    public static IReadOnlyList<Violation> Check(RunHistory history, out int judged)
    {
        var checker = new QuotaChecker(history);
        judged = history.Writes.Where(write => write.Namespace >= history.Namespaces).GroupBy(write => write.Peer)
            .Sum(peer => checker.Check(
                [.. peer.Where(write => write.Outcome != Outcome.Failed || !write.IsUnregister).OrderBy(write => write.Invoked)]));
        return checker._violations;
    }

    private int Check(RegistryWrite[] writes)
    {
        int judged = 0;
        foreach (RegistryWrite write in writes.Where(write => !write.IsUnregister))
        {
            if (write.Outcome == Outcome.Failed)
            {
                CheckRefusal(write, writes);
            }
            else if (write.Outcome == Outcome.Ok && IsCalm(write))
            {
                judged++;
                int held = Others(write, writes).Count(ns => IsHeld([.. ns], write.Ended)) + 1;
                if (held > _history.Quota)
                {
                    Break(write, $"is acknowledged though it is one of {held}, and {_history.Quota} is the quota");
                }
            }
        }

        return judged;
    }

    private void CheckRefusal(RegistryWrite write, RegistryWrite[] writes)
    {
        if (!write.Detail.StartsWith(nameof(RendezvousStatus.NotAuthorized), StringComparison.Ordinal))
        {
            _violations.Add(new Violation(Invariant.NothingIsRefused, write.Ended, $"{Name(write)}: {write.Detail}"));
            return;
        }

        bool isRefresh = IsHeld([.. writes.Where(other => other.Namespace == write.Namespace)], write.Ended);
        int others = Others(write, writes).Count(ns => MayBeHeld(ns, write));
        if (isRefresh && !_allowances.MayBeStale(write.Node, write.Invoked, write.Ended))
        {
            Break(write, "is refused though it is a refresh");
        }
        else if (others < _history.Quota)
        {
            Break(write, $"is refused though there are {others} others, and {_history.Quota} is the quota");
        }
    }

    private static IEnumerable<IGrouping<int, RegistryWrite>> Others(RegistryWrite write, RegistryWrite[] writes) =>
        writes.Where(other => other.Namespace != write.Namespace && other.Outcome != Outcome.Failed && other.Invoked < write.Ended)
            .GroupBy(other => other.Namespace);

    // Acknowledged, not over by any clock, and nothing that may have taken it back.
    private bool IsHeld(RegistryWrite[] ns, long at) => ns.Any(write =>
        write is { Outcome: Outcome.Ok, IsUnregister: false } && write.Ended <= at
        && write.Invoked + write.Ttl - Allowances.ClockTolerance - _allowances.Clocks.Between(write.Invoked, at) > at
        && !ns.Any(other => other.IsUnregister && other.Invoked <= at && EndOf(other) >= write.Invoked));

    // Asked for, maybe not over, and not surely given back: the message that gives it back to the node that counts may be on the way.
    private bool MayBeHeld(IEnumerable<RegistryWrite> ns, RegistryWrite refused) => ns.Any(write =>
        !write.IsUnregister
        && _allowances.LastDecision(write.Invoked) + write.Ttl + Allowances.ClockTolerance
        + _allowances.Clocks.Between(write.Invoked, refused.Ended) >= refused.Invoked
        && !(IsCalm(refused) && write.Outcome == Outcome.Ok && ns.Any(other =>
            other is { IsUnregister: true, Outcome: Outcome.Ok } && other.Invoked >= write.Ended
                && other.Ended + Allowances.Delivery <= refused.Invoked)));

    private long EndOf(RegistryWrite write) => write.Outcome == Outcome.Ok ? write.Ended : _allowances.LastEffect(write.Invoked);

    private bool IsCalm(RegistryWrite write) =>
        !_history.Faults.Any(
            fault => fault.From <= write.Ended && Math.Max(fault.To, fault.StaleUntil) + Unsettled >= write.Invoked - write.Ttl);

    private void Break(RegistryWrite write, string text) =>
        _violations.Add(new Violation(Invariant.LimitsHold, write.Ended, $"{Name(write)} {text}"));

    private static string Name(RegistryWrite write) =>
        $"REGISTER by peer {write.Peer} in ns{write.Namespace} at node {write.Node} at {write.Invoked}";
}
