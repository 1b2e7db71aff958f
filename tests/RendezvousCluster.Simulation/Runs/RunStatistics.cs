using System.Globalization;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.Runs;

/// <summary>What happened in one run, or in many.</summary>
internal sealed class RunStatistics
{
    private readonly long[] _faults = new long[Enum.GetValues<FaultKind>().Length];
    private readonly SortedDictionary<string, long> _operations = new(StringComparer.Ordinal);

    /// <summary>How many runs these are.</summary>
    public int Runs { get; private set; }

    public long Steps { get; private set; }

    /// <summary>Milliseconds of simulated time.</summary>
    public long SimulatedTime { get; private set; }

    /// <summary>The kinds of fault that hit nothing.</summary>
    public IEnumerable<FaultKind> Missed => Enum.GetValues<FaultKind>().Where(kind => _faults[(int)kind] == 0);

    public long Of(FaultKind kind) => _faults[(int)kind];

    public void Count(FaultKind kind) => _faults[(int)kind]++;

    /// <summary>Counts an operation that ended.</summary>
    /// <param name="what">Its kind and how it ended.</param>
    public void CountOperation(string what) => _operations[what] = _operations.GetValueOrDefault(what) + 1;

    /// <summary>Ends a run.</summary>
    public void Ended(long steps, long simulatedTime)
    {
        Runs++;
        Steps += steps;
        SimulatedTime += simulatedTime;
    }

    public void Add(RunStatistics other)
    {
        Runs += other.Runs;
        Steps += other.Steps;
        SimulatedTime += other.SimulatedTime;
        for (int i = 0; i < _faults.Length; i++)
        {
            _faults[i] += other._faults[i];
        }

        foreach ((string what, long count) in other._operations)
        {
            _operations[what] = _operations.GetValueOrDefault(what) + count;
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {Runs} runs, {Steps} steps, {TimeSpan.FromMilliseconds(SimulatedTime).TotalHours:F1} h of simulated time
        operations: {string.Join(", ", _operations.Select(pair => $"{pair.Key} {pair.Value}"))}
        faults: {string.Join(", ", Enum.GetValues<FaultKind>().Select(kind => $"{kind} {_faults[(int)kind]}"))}
        """);
}
