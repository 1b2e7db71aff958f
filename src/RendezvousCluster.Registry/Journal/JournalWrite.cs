namespace RendezvousCluster.Registry.Journal;

/// <summary>Rows that an owner wants in its journal, all or none; without any it asks only whether the journal would take them.</summary>
/// <param name="PersistenceId">Whose journal.</param>
/// <param name="Predecessor">The number of the row that has to be the last one when these are written; 0 when there has to be none.</param>
/// <param name="Rows">The rows, ascending, of one writer.</param>
/// <param name="FollowsOwn">Whether the row before has to be the writer's own as well: it has written before.</param>
internal sealed record JournalWrite(
    string PersistenceId, long Predecessor, IReadOnlyList<JournalWrite.Row> Rows, bool FollowsOwn = false)
{
    /// <summary>The id of the writer; empty of one that has not written yet and has no rows.</summary>
    internal string Writer { get; init; } = Rows.Count > 0 ? Rows[0].Writer : string.Empty;

    /// <summary>Whether a journal that ends with this row takes the write.</summary>
    internal bool MayFollow(JournalEnd end) => end.Sequence == Predecessor && (!FollowsOwn || end.Writer == Writer);

    /// <summary>Why a journal that ends with this row does not take the write; null when it does.</summary>
    /// <param name="end">The last row, with its writer.</param>
    internal Exception? WhyNot(JournalEnd end) => MayFollow(end) ? null
        : end.Sequence >= Predecessor ? new OwnerReplacedException(end.Sequence, Predecessor)
        : new PredecessorMissingException(end.Sequence, Predecessor, Writer, isOwn: end.Writer == Writer);

    /// <summary>One row.</summary>
    /// <param name="Sequence">Its number.</param>
    /// <param name="Serializer">The number of the serializer that reads the message; 0 in a mark.</param>
    /// <param name="Manifest">Says how to read the message.</param>
    /// <param name="Message">The event; nothing in a mark.</param>
    /// <param name="Writer">The id of its writer.</param>
    /// <param name="IsMark">Whether it holds no event, but only the place of one.</param>
    internal readonly record struct Row(
        long Sequence, int Serializer, string Manifest, byte[] Message, string Writer, bool IsMark = false);
}
