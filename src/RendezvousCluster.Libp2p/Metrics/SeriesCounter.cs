using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace RendezvousCluster.Libp2p.Metrics;

/// <summary>
/// A counter whose series all exist at zero before the first event. A series that appears with its first event appears at 1, and for a
/// <c>rate()</c> that event has never happened: the first failure of a process, which an alert waits for, goes unseen.
/// <para>
/// Every counter of the server is one of these (an architecture test refuses <c>CreateCounter</c> elsewhere). The author of a counter names
/// its labels with all their values, and adds its lines to <c>tests/RendezvousCluster.Server.Tests/Management/Expected/series.txt</c>. A
/// value that was not named is counted all the same, in a series that appears with it, and <see cref="Undeclared"/> tells of it: the tests
/// fail for one.
/// </para>
/// </summary>
/// <remarks>
/// A meter tells nothing to those who begin to listen later. Therefore a counter shows its series when it is made, to those who listen by
/// then, and again with <see cref="ShowAll"/>, which the metrics endpoint calls before it is read. So it does not matter who was there
/// first.
/// </remarks>
internal sealed class SeriesCounter
{
    private static readonly Lock Sync = new();
    private static readonly List<WeakReference<SeriesCounter>> All = [];
    private static readonly HashSet<string> Unexpected = [];

    private readonly Counter<long> _counter;
    private readonly SeriesLabel[] _labels;

    /// <param name="meter">Where it belongs.</param>
    /// <param name="name">Its name, with dots.</param>
    /// <param name="unit">What is counted, in braces.</param>
    /// <param name="description">A sentence for the reader of the metrics.</param>
    /// <param name="labels">Its labels; none for a counter of one series.</param>
    public SeriesCounter(Meter meter, string name, string unit, string description, params SeriesLabel[] labels)
    {
        _counter = meter.CreateCounter<long>(name, unit, description);
        _labels = labels;
        lock (Sync)
        {
            All.RemoveAll(known => !known.TryGetTarget(out _));
            All.Add(new WeakReference<SeriesCounter>(this));
        }

        Show();
    }

    /// <summary>Series that were counted in and that nobody named, since the start of the process.</summary>
    public static IReadOnlyCollection<string> Undeclared
    {
        get
        {
            lock (Sync)
            {
                return [.. Unexpected];
            }
        }
    }

    /// <summary>Shows every series of every counter to those who listen now. It changes no value.</summary>
    public static void ShowAll()
    {
        SeriesCounter[] counters;
        lock (Sync)
        {
            counters = [.. All.Select(known => known.TryGetTarget(out SeriesCounter? counter) ? counter : null).OfType<SeriesCounter>()];
        }

        Array.ForEach(counters, counter => counter.Show());
    }

    /// <summary>Counts in one series.</summary>
    /// <param name="count">How many.</param>
    /// <param name="values">A value for each label, in their order.</param>
    public void Add(long count, params ReadOnlySpan<string> values)
    {
        Debug.Assert(values.Length == _labels.Length, $"{_counter.Name} has {_labels.Length} labels.");
        var tags = default(TagList);
        for (int index = 0; index < values.Length && index < _labels.Length; index++)
        {
            tags.Add(_labels[index].Name, values[index]);
            if (!_labels[index].Values.Contains(values[index]))
            {
                Tell(_labels[index].Name, values[index]);
            }
        }

        _counter.Add(count, in tags);
    }

    private void Tell(string label, string value)
    {
        lock (Sync)
        {
            Unexpected.Add($"{_counter.Name} {label}={value}");
        }
    }

    private void Show() => Show(default, 0);

    private void Show(TagList tags, int label)
    {
        if (label == _labels.Length)
        {
            _counter.Add(0, in tags);
            return;
        }

        foreach (string value in _labels[label].Values)
        {
            TagList more = tags;
            more.Add(_labels[label].Name, value);
            Show(more, label + 1);
        }
    }
}
