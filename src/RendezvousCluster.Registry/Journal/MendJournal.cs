using Akka.Actor;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Asks the journal to take the place of rows that the database has lost, so that the owner who asks, and nobody else, goes on from there.
/// It writes marks: one behind the last row that is there, where every owner that knows less would write, and one where this owner is.
/// The owner alone knows the events in the lost rows. The answer is a <see cref="MendJournalEnded"/>.
/// </summary>
/// <param name="PersistenceId">Whose journal.</param>
/// <param name="Found">The last row that is there.</param>
/// <param name="To">The number that the owner has come to.</param>
/// <param name="Writer">As which the owner writes (<see cref="PredecessorMissingException.Writer"/>).</param>
internal sealed record MendJournal(string PersistenceId, long Found, long To, string Writer) : INoSerializationVerificationNeeded
{
    /// <summary>The rows to write.</summary>
    internal JournalWrite ToWrite()
    {
        JournalWrite.Row upper = Mark(To);
        return new JournalWrite(PersistenceId, Found, To == Found + 1 ? [upper] : [Mark(Found + 1), upper]);
    }

    private JournalWrite.Row Mark(long sequence) => new(sequence, Serializer: 0, string.Empty, [], Writer, IsMark: true);
}

/// <summary>What became of a <see cref="MendJournal"/>.</summary>
/// <param name="Cause">Why the marks are not there, as far as is known; null when they are.</param>
internal sealed record MendJournalEnded(Exception? Cause) : INoSerializationVerificationNeeded;
