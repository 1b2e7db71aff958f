namespace RendezvousCluster.Simulation.Invariants;

/// <summary>
/// Watches the rows of a journal as they are written: each number once, none left out, and no writer that comes back after another.
/// </summary>
/// <remarks>
/// One exception does no harm. An owner that was replaced long ago, is idle and wants to clear its journal writes that nothing before this
/// row counts. Where its successor has deleted what would collide, that row falls among the deleted ones, and all that it lets its writer
/// delete is gone already. In a part of the directory each row that opens the journal may be such a row.
/// <para>
/// When the database loses all rows of a writer, nothing says any more that it has taken over, and the one before it may go on.
/// </para>
/// </remarks>
internal sealed class JournalWatch
{
    // The writers, each with its first row.
    private readonly List<(long First, int Writer)> _turns = [(0, 0)];
    private long _last;

    /// <summary>The database has lost what came behind a row.</summary>
    public void Lose(long highest)
    {
        _last = highest;
        _turns.RemoveAll(turn => turn.First > highest);
    }

    /// <summary>An owner has taken the numbers up to one in the place of rows that are lost.</summary>
    public void Take(long to, int writer)
    {
        _last = to;
        Note(to, writer);
    }

    /// <summary>Takes a row in.</summary>
    /// <param name="sequence">The number of the row.</param>
    /// <param name="writer">The number of its writer.</param>
    /// <param name="isClearing">Whether it may begin the clearing of the journal.</param>
    /// <param name="deletedTo">How far the journal has been deleted.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public string? Check(long sequence, int writer, bool isClearing, long deletedTo)
    {
        if (sequence <= _last && isClearing && sequence <= deletedTo)
        {
            return null;
        }

        int before = _turns[^1].Writer;
        string? wrong = sequence != _last + 1 ? $"row {sequence} of owner {writer} follows row {_last} of owner {before}"
            : writer != before && _turns.Exists(turn => turn.Writer == writer)
                ? $"owner {writer} writes row {sequence} after owner {before} has taken over"
            : null;
        Note(sequence, writer);
        _last = sequence;
        return wrong;
    }

    private void Note(long sequence, int writer)
    {
        if (_turns[^1].Writer != writer)
        {
            _turns.Add((sequence, writer));
        }
    }
}
