using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Faults;

/// <summary>Which fault comes next, and whom it hits: follows from its seed. Every kind comes once before any comes again.</summary>
internal sealed class FaultPlan
{
    private readonly Random _random;
    private readonly FaultKind[] _kinds;
    private int _next;

    /// <param name="seed">What the plan follows from.</param>
    /// <param name="kinds">The kinds that may come.</param>
    public FaultPlan(int seed, IEnumerable<FaultKind> kinds)
    {
        _random = new Random(seed);
        _kinds = [.. kinds];
        _random.Shuffle(_kinds);
    }

    /// <summary>The kinds that can be planned, by the names that the command line knows them by.</summary>
    public static IReadOnlyDictionary<string, FaultKind> Names { get; } = new Dictionary<string, FaultKind>(StringComparer.Ordinal)
    {
        ["kill"] = FaultKind.Kill,
        ["kill-oldest"] = FaultKind.KillOldest,
        ["term"] = FaultKind.Term,
        ["term-oldest"] = FaultKind.TermOldest,
        ["rolling"] = FaultKind.Rolling,
        ["pause"] = FaultKind.Pause,
        ["blink"] = FaultKind.Blink,
        ["all"] = FaultKind.All,
        ["db-kill"] = FaultKind.DatabaseKill,
        ["db-stop"] = FaultKind.DatabaseStop,
        ["db-stall"] = FaultKind.DatabaseStall,
        ["db-promote"] = FaultKind.DatabasePromote,
        ["db-promote-term"] = FaultKind.DatabasePromoteTerm,
        ["db-restore"] = FaultKind.DatabaseRestore,
        ["split"] = FaultKind.Split,
        ["one-way"] = FaultKind.OneWay,
        ["bridge"] = FaultKind.Bridge,
        ["db-cut"] = FaultKind.DatabaseCut,
        ["isolate"] = FaultKind.Isolate,
        ["latency"] = FaultKind.Latency,
        ["clock"] = FaultKind.Clock,
        ["clock-far"] = FaultKind.ClockFar,
        ["join-storm"] = FaultKind.JoinStorm,
        ["found-beside"] = FaultKind.FoundBeside,
        ["first-seed-away"] = FaultKind.FirstSeedAway,
    };

    /// <summary>The next fault.</summary>
    /// <returns>Its kind, a node, and a number between 0 and 1 that says how long it lasts, where that can vary.</returns>
    public (FaultKind Kind, int Node, double Length) Next(int nodes)
    {
        if (_next == _kinds.Length)
        {
            _random.Shuffle(_kinds);
            _next = 0;
        }

        return (_kinds[_next++], _random.Next(nodes), _random.NextDouble());
    }
}
