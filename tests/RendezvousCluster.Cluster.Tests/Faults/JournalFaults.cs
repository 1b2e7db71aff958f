using System.Collections.Concurrent;

namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>
/// What the journals of all nodes of a run do wrong, and what they did so far. Nodes find it by the name in their configuration. Safe for
/// use from several threads.
/// </summary>
internal sealed class JournalFaults : IDisposable
{
    /// <summary>The persistence plugin gives up a write or a recovery after this; production waits longer.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(2);

    // A recovery comes after a failure or a move; there are few.
    private const int FewestRecoveries = 2;
    private const int MostRecoveries = 5;
    private const int FewestWrites = 12;
    private const int MostWrites = 40;

    private static readonly TimeSpan ShortestStall = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan StallSpread = TimeSpan.FromMilliseconds(1_200);

    private static readonly ConcurrentDictionary<string, JournalFaults> ByName = [];

    private readonly Lock _lock = new();
    private readonly JournalFaultPlan _writes;
    private readonly JournalFaultPlan _recoveries;
    private readonly Action<JournalFaultKind> _struck;
    private readonly Dictionary<JournalFaultKind, int> _counts = [];
    private volatile bool _isOn;
    private int _rowsToRepeat;

    /// <param name="seed">What the schedule follows from.</param>
    /// <param name="kinds">What may go wrong.</param>
    /// <param name="struck">Called for each fault as it begins.</param>
    public JournalFaults(int seed, IReadOnlyCollection<JournalFaultKind> kinds, Action<JournalFaultKind> struck)
    {
        _writes = new JournalFaultPlan(seed, kinds.Where(kind => !IsOfRecovery(kind)), FewestWrites, MostWrites);
        _recoveries = new JournalFaultPlan(seed + 1, kinds.Where(IsOfRecovery), FewestRecoveries, MostRecoveries);
        _struck = struck;
        ByName[Name] = this;
    }

    /// <summary>What a node's configuration calls it.</summary>
    public string Name { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Whether things go wrong; off at the beginning.</summary>
    public bool IsOn
    {
        get => _isOn;
        set => _isOn = value;
    }

    /// <summary>How often each kind has struck.</summary>
    public IReadOnlyDictionary<JournalFaultKind, int> Counts
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<JournalFaultKind, int>(_counts);
            }
        }
    }

    public static JournalFaults Named(string name) => ByName[name];

    /// <summary>What happens to a write that begins now.</summary>
    public JournalFault? NextWrite() => Next(_writes);

    /// <summary>What happens to a recovery that begins now. A row that comes twice does so when the next rows are read.</summary>
    public JournalFault? NextRecovery()
    {
        JournalFault? fault = Next(_recoveries);
        if (fault is { Kind: JournalFaultKind.RowTwice })
        {
            Interlocked.Increment(ref _rowsToRepeat);
        }

        return fault;
    }

    /// <summary>Whether a row of the recovery that begins to read rows comes twice.</summary>
    public bool TakeRowTwice()
    {
        int left = _rowsToRepeat;
        return left > 0 && Interlocked.CompareExchange(ref _rowsToRepeat, left - 1, left) == left;
    }

    /// <summary>How long a stall lasts: behind <see cref="CallTimeout"/> or before.</summary>
    public static TimeSpan StallOf(JournalFault fault) =>
        ShortestStall + (StallSpread * fault.Length) + (fault.Kind == JournalFaultKind.Late ? CallTimeout : TimeSpan.Zero);

    public void Dispose() => ByName.TryRemove(Name, out _);

    private static bool IsOfRecovery(JournalFaultKind kind) =>
        kind is JournalFaultKind.SlowRecovery or JournalFaultKind.FailedRecovery or JournalFaultKind.RowTwice;

    private JournalFault? Next(JournalFaultPlan plan)
    {
        if (!_isOn)
        {
            return null;
        }

        JournalFault? next;
        lock (_lock)
        {
            next = plan.Next();
            if (next is { } fault)
            {
                _counts[fault.Kind] = _counts.GetValueOrDefault(fault.Kind) + 1;
            }
        }

        if (next is { Kind: var kind })
        {
            _struck(kind);
        }

        return next;
    }
}
