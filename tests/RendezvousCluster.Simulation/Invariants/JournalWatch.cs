using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Simulation.World;

namespace RendezvousCluster.Simulation.Invariants;

/// <summary>
/// Watches the rows of a journal as they are written: each number once, none left out, and no writer that comes back after another.
/// </summary>
/// <remarks>
/// One exception does no harm. An owner that was replaced long ago, is idle and wants to clear its journal writes that nothing before this
/// row counts. Where its successor has deleted what would collide, that row falls among the deleted ones, and all that it lets its writer
/// delete is gone already.
/// </remarks>
internal sealed class JournalWatch
{
    private readonly HashSet<int> _ended = [];
    private long _last;
    private int _writer;

    /// <summary>Takes a row in.</summary>
    /// <param name="row">The row.</param>
    /// <param name="deletedTo">How far the journal has been deleted.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public string? Check(JournalRow row, long deletedTo)
    {
        if (row.Sequence <= _last && row.Event is Opened { Fresh: true } && row.Sequence <= deletedTo)
        {
            return null;
        }

        string? wrong = row.Sequence != _last + 1 ? $"row {row.Sequence} of owner {row.Writer} follows row {_last} of owner {_writer}"
            : _ended.Contains(row.Writer) ? $"owner {row.Writer} writes row {row.Sequence} after owner {_writer} has taken over"
            : null;
        if (row.Writer != _writer)
        {
            _ended.Add(_writer);
            _writer = row.Writer;
        }

        _last = row.Sequence;
        return wrong;
    }
}
