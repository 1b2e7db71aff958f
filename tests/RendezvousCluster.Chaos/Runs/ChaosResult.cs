using System.Globalization;
using RendezvousCluster.Chaos.Checking;
using RendezvousCluster.Chaos.Cluster;
using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Runs;

/// <summary>What came of a run.</summary>
/// <param name="History">All that happened.</param>
/// <param name="Violations">The promises that were broken.</param>
/// <param name="UnplannedEnds">What nodes said that ended or did not start though nobody meant them to.</param>
/// <param name="UncleanStops">What nodes said that did not end well after SIGTERM.</param>
internal sealed record ChaosResult(
    RunHistory History, IReadOnlyList<Violation> Violations, IReadOnlyList<string> UnplannedEnds, IReadOnlyList<string> UncleanStops)
{
    private const int ShownViolations = 20;

    /// <summary>How far journals were kept short when the clients had ended; null when nobody looked.</summary>
    public UpkeepCount? Upkeep { get; init; }

    /// <summary>How many registrations were held against the quota.</summary>
    public int JudgedByQuota { get; init; }

    /// <summary>Whether the run was one of a system that keeps its journals short: else faults met no compaction.</summary>
    public bool HasCompacted => Upkeep is null or { WithSnapshot: > 0 };

    /// <summary>The longest gaps, by cause and kind of request.</summary>
    public IReadOnlyList<Gap> Gaps { get; } = GapMeter.Measure(History, History.QuietFrom);

    /// <summary>The longest gap after a kind of fault, in milliseconds; 0 when there is none.</summary>
    public long LongestGap(params FaultKind[] kinds) =>
        Gaps.Where(gap => gap.Cause is { } cause && kinds.Contains(cause)).Select(gap => gap.Length).DefaultIfEmpty().Max();

    /// <summary>What a person wants to know.</summary>
    public override string ToString()
    {
        var lines = new List<string>
        {
            $"seed {History.Seed}: {(Violations.Count == 0 ? "all promises were kept" : $"{Violations.Count} promises were broken")}",
            $"faults: {Count(History.Faults.Select(fault => fault.Kind.ToString()))}",
            $"REGISTER: {Count(History.Writes.Where(write => !write.IsUnregister).Select(write => write.Outcome.ToString()))}",
            $"UNREGISTER: {Count(History.Writes.Where(write => write.IsUnregister).Select(write => write.Outcome.ToString()))}",
            $"DISCOVER: {Count(History.Reads.Where(read => !read.Follows).Select(read => read.Outcome.ToString()))}",
            $"following: {Count(History.Reads.Where(read => read.Follows).Select(read => read.Outcome.ToString()))}",
            $"retries: {RetryCount.Of(History)}",
        };
        if (Upkeep is not null)
        {
            lines.Add(
                $"upkeep: {Upkeep}{(HasCompacted ? "" : ": NO COMPACTION HAPPENED")}; {JudgedByQuota} registrations were held against "
                + "the quota");
        }

        lines.AddRange(Gaps.GroupBy(gap => (gap.Cause, gap.Registers)).OrderBy(gaps => gaps.Key.Cause).Select(Tell));
        lines.AddRange(Violations.Take(ShownViolations).Select(violation => violation.ToString()));
        lines.AddRange(UnplannedEnds.Select(end => $"UNPLANNED: {FirstLine(end)}"));
        lines.AddRange(UncleanStops);
        return string.Join('\n', lines);
    }

    private static string FirstLine(string text) => text.Split('\n')[0];

    private static string Tell(IGrouping<(FaultKind? Cause, bool Registers), Gap> gaps)
    {
        Gap[] longest = [.. gaps.OrderByDescending(gap => gap.Length)];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"gap after {gaps.Key.Cause?.ToString() ?? "nothing"}, {(gaps.Key.Registers ? "REGISTER" : "DISCOVER")}: longest "
            + $"{longest[0]}, median of namespaces {longest[longest.Length / 2].Length} ms");
    }

    private static string Count(IEnumerable<string> names) =>
        string.Join(
            ", ", names.GroupBy(name => name).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => $"{group.Key} {group.Count()}"));
}
