using System.Globalization;

namespace RendezvousCluster.Chaos.Runs;

/// <summary>What came of a run with cold namespaces.</summary>
/// <param name="Namespaces">How many there were.</param>
/// <param name="Registering">How long it took to register in all of them.</param>
/// <param name="Restart">From the kill of all nodes until all said that they were ready again.</param>
/// <param name="Asking">How long it took to ask for all of them.</param>
/// <param name="Waits">How long each answer took.</param>
/// <param name="Recoveries">How many namespaces the nodes read back.</param>
/// <param name="Wrong">Answers that were not the one registration, and requests without an answer.</param>
/// <param name="Breakers">What the nodes said of open breakers and of recoveries that failed.</param>
internal sealed record ColdResult(
    int Namespaces,
    TimeSpan Registering,
    TimeSpan Restart,
    TimeSpan Asking,
    IReadOnlyCollection<TimeSpan> Waits,
    long Recoveries,
    IReadOnlyList<string> Wrong,
    IReadOnlyList<string> Breakers)
{
    private const int Shown = 10;

    /// <summary>Whether every namespace answered at the first try, and no breaker opened.</summary>
    public bool IsGood => Wrong.Count == 0 && Breakers.Count == 0;

    // In seconds; that of a share of all answers.
    private double Wait(double share) => Waits.Order().ElementAtOrDefault((int)Math.Ceiling(share * Waits.Count) - 1).TotalSeconds;

    public override string ToString() => string.Join('\n', (string[])
    [
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Namespaces} cold namespaces: registered in {Registering.TotalSeconds:F1} s; all nodes ready {Restart.TotalSeconds:F1} s "
            + $"after the kill; all asked for in {Asking.TotalSeconds:F1} s, "
            + $"{Namespaces / Asking.TotalSeconds:F0} a second, half of the answers within {Wait(0.5):F2} s, 99 % within {Wait(0.99):F2} "
            + $"s, all within {Wait(1):F2} s; {Recoveries} were read back"),
        $"{Wrong.Count} answers were wrong or missing, {Breakers.Count} breakers opened or recoveries failed",
        .. Wrong.Take(Shown),
        .. Breakers.Take(Shown),
    ]);
}
