namespace RendezvousCluster.Chaos.Checking;

/// <summary>
/// Looks in the journal for owners that wrote on after another had taken over. Every owner begins with the event that fences off the one
/// before it.
/// </summary>
internal static class JournalChecker
{
    /// <summary>Every journal with two writers at a time.</summary>
    /// <param name="rows">All rows there are.</param>
    /// <param name="now">When they were read, in milliseconds since the run began.</param>
    public static IReadOnlyList<Violation> Check(IEnumerable<JournalRow> rows, long now)
    {
        var violations = new List<Violation>();
        foreach (IGrouping<string, JournalRow> journal in rows.GroupBy(row => row.PersistenceId))
        {
            JournalRow[] all = [.. journal.OrderBy(row => row.SequenceNumber)];
            foreach ((JournalRow before, JournalRow row) in all.Zip(all.Skip(1)))
            {
                if (before.SequenceNumber == row.SequenceNumber)
                {
                    violations.Add(new Violation(Invariant.OneWriter, now, $"{journal.Key}: row {row.SequenceNumber} is there twice"));
                }
                else if (before.Writer != row.Writer && !row.BeginsOwner)
                {
                    violations.Add(new Violation(
                        Invariant.OneWriter, now,
                        $"{journal.Key}: {row.Writer} wrote row {row.SequenceNumber} behind a row of {before.Writer} and did not fence "
                        + "it off"));
                }
            }
        }

        return violations;
    }
}
