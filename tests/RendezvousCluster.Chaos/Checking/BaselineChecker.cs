using RendezvousCluster.Chaos.Cluster;

namespace RendezvousCluster.Chaos.Checking;

/// <summary>
/// Looks at what is left when everything has expired and nobody has asked for anything for long enough: it has to be nothing, on disk and
/// in memory.
/// </summary>
internal static class BaselineChecker
{
    /// <summary>Everything that is left.</summary>
    /// <param name="leftovers">What the database holds.</param>
    /// <param name="registrations">How many registrations the nodes say they have in memory.</param>
    /// <param name="now">When that was, in milliseconds since the run began.</param>
    public static IReadOnlyList<Violation> Check(IEnumerable<Leftover> leftovers, long registrations, long now)
    {
        List<Violation> violations =
        [
            .. from leftover in leftovers
               select new Violation(
                   Invariant.NothingIsLeft, now,
                   $"{leftover.PersistenceId}: {leftover.Rows} rows of the journal and {leftover.Snapshots} snapshots are left"),
        ];
        if (registrations != 0)
        {
            violations.Add(new Violation(Invariant.NothingIsLeft, now, $"{registrations} registrations are left in the memory of nodes"));
        }

        return violations;
    }
}
