namespace RendezvousCluster.Chaos.Checking;

/// <summary>Looks in the journal for writers that wrote on after another had taken over.</summary>
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
            var replaced = new HashSet<string>();
            JournalRow? last = null;
            foreach (JournalRow row in journal.OrderBy(row => row.SequenceNumber))
            {
                if (last is { } before && before.SequenceNumber == row.SequenceNumber)
                {
                    violations.Add(new Violation(Invariant.OneWriter, now, $"{journal.Key}: row {row.SequenceNumber} is there twice"));
                }

                if (last is { } previous && previous.Writer != row.Writer)
                {
                    replaced.Add(previous.Writer);
                    if (replaced.Contains(row.Writer))
                    {
                        violations.Add(new Violation(Invariant.OneWriter, now, $"{journal.Key}: {row.Writer} wrote row {row.SequenceNumber} after it was replaced"));
                    }
                }

                last = row;
            }
        }

        return violations;
    }
}
