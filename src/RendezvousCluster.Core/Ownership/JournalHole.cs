namespace RendezvousCluster.Core.Ownership;

/// <summary>
/// Events that a journal should hold and does not: its database lost them, in a fail-over to a copy that lagged, in a restore to an
/// earlier point in time, or by hand. An owner that reads the journal cannot know which requests were acknowledged with them.
/// </summary>
/// <param name="From">The first event that is missing.</param>
/// <param name="To">The last one that is missing; of several holes, in the last of them.</param>
/// <param name="Missing">How many are missing.</param>
internal sealed record JournalHole(long From, long To, long Missing)
{
    /// <summary>A hole beside one that may have been found before.</summary>
    internal static JournalHole Add(JournalHole? before, long from, long to) =>
        before is null ? new JournalHole(from, to, to - from + 1) : before with { To = to, Missing = before.Missing + to - from + 1 };
}
