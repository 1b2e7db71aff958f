using RendezvousCluster.Simulation.World;

namespace RendezvousCluster.Simulation.Invariants;

/// <summary>Watches the rows of a journal as they are written: each number once, none left out, and no writer that comes back after another.</summary>
internal sealed class JournalWatch
{
    private readonly HashSet<int> _ended = [];
    private long _last;
    private int _writer;

    /// <summary>Takes a row in.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public string? Check(JournalRow row)
    {
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
