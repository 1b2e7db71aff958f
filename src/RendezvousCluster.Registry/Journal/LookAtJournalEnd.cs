using Akka.Actor;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Asks the journal whether a row is the last one of an owner's journal: a write without rows, which goes with the writes of others and
/// leaves nothing behind. The answer is a <see cref="JournalEndLookedAt"/>.
/// </summary>
/// <param name="PersistenceId">Whose journal.</param>
/// <param name="Expected">The number of the row; 0 when there is to be none.</param>
/// <param name="Writer">The id by which the owner has written the row; null when it is another one's.</param>
internal sealed record LookAtJournalEnd(string PersistenceId, long Expected, string? Writer) : INoSerializationVerificationNeeded
{
    /// <summary>The write that demands the row and brings none.</summary>
    internal JournalWrite ToWrite() =>
        new(PersistenceId, Expected, [], FollowsOwn: Writer is not null) { Writer = Writer ?? string.Empty };
}

/// <summary>What the end of a journal is.</summary>
/// <param name="Cause">Why it is not that row, or why nobody knows; null when it is.</param>
internal sealed record JournalEndLookedAt(Exception? Cause) : INoSerializationVerificationNeeded;
