using System.Globalization;

namespace RendezvousCluster.Chaos.Cluster;

/// <summary>
/// What a node has said on standard error in all its lives, in order. Of a very long text the middle is left out: how it began and how it
/// ended tell the most. Safe for use from several threads.
/// </summary>
internal sealed class NodeLog
{
    /// <summary>So many lines are kept of the beginning, and as many of the end.</summary>
    public const int MaxLines = 20_000;

    private readonly Lock _lock = new();
    private readonly List<string> _first = [];
    private readonly Queue<string> _last = new();
    private long _leftOut;
    private int _lives;

    /// <summary>The node starts.</summary>
    public void Begin() => Add(string.Create(CultureInfo.InvariantCulture, $"--- life {Interlocked.Increment(ref _lives)} begins"));

    /// <summary>The life before has ended.</summary>
    public void End(int exitCode) =>
        Add(string.Create(CultureInfo.InvariantCulture, $"--- life {Volatile.Read(ref _lives)} ended with exit code {exitCode}"));

    /// <summary>A line.</summary>
    public void Add(string line)
    {
        lock (_lock)
        {
            if (_first.Count < MaxLines)
            {
                _first.Add(line);
                return;
            }

            _last.Enqueue(line);
            if (_last.Count > MaxLines)
            {
                _last.Dequeue();
                _leftOut++;
            }
        }
    }

    /// <summary>All of it.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            string[] gap = _leftOut > 0 ? [string.Create(CultureInfo.InvariantCulture, $"--- {_leftOut} lines are left out")] : [];
            return string.Join('\n', [.. _first, .. gap, .. _last]);
        }
    }
}
