using System.Text.RegularExpressions;

namespace RendezvousCluster.Architecture;

/// <summary>Where a rule holds.</summary>
[Flags]
internal enum TidyScope
{
    Source = 1,
    Tests = 2,
    Everywhere = Source | Tests,
}

/// <summary>Something that does not belong in a source file, and what to write instead.</summary>
internal sealed record TidyRule(string Name, TidyScope Scope, Regex Pattern, string Instead)
{
    /// <summary>
    /// The lines (counted from one) at which the rule is broken. Comments and string contents are not looked at, unless the rule is about
    /// comments.
    /// </summary>
    public IEnumerable<int> Offences(string text)
    {
        string searched = Name == TidyRules.TodoName ? text : TidyText.WithoutCommentsAndStrings(text);
        return Pattern.Matches(searched).Select(match => searched.AsSpan(0, match.Index).Count('\n') + 1);
    }
}

/// <summary>The style guide that runs. A rule that stands in somebody's way is discussed, not weakened.</summary>
internal static class TidyRules
{
    public const string TodoName = "TODO without an issue";
    public const int MaxFileLines = 400;
    public const int MaxColumns = 140;

    /// <summary>A comment's line is short when the next word would still end before this column.</summary>
    public const int ShortColumns = 90;

    public static readonly TidyRule[] All =
    [
        new("wall clock", TidyScope.Source, Words(
            @"\b(DateTime\.(UtcNow|Now|Today)|DateTimeOffset\.(UtcNow|Now))\b"), "TimeProvider.GetUtcNow()"),
        new("stopwatch", TidyScope.Source, Words(@"\bStopwatch\b"), "TimeProvider.GetTimestamp() and GetElapsedTime()"),
        new("delay without a clock", TidyScope.Source, Words(
            @"\bTask\.Delay\((?![^;]*[tT]imeProvider)"), "Task.Delay(delay, timeProvider, cancellationToken)"),
        new("sleep", TidyScope.Everywhere, Words(@"\bThread\.Sleep\b"), "an awaited event, and FakeTimeProvider.Advance"),
        new("delay in a test", TidyScope.Tests, Words(@"\bTask\.Delay\b"), "an awaited event, and FakeTimeProvider.Advance"),
        new("blocking on a task", TidyScope.Everywhere, Words(
            @"\.Result\b(?!\s*[({=])|\.Wait\(\)|\.GetAwaiter\(\)\.GetResult\(\)"), "await"),
        new("unseeded randomness", TidyScope.Tests, Words(@"\bRandom\.Shared\b|\bnew Random\(\)"), "SeededRandom.Create(out int seed)"),
        new(
            "empty catch",
            TidyScope.Everywhere,
            Words(@"\bcatch\b(\s*\([^)]*\))?(\s*when\s*\([^{]*\))?\s*\{\s*\}"),
            "handle it, or say in the body why nothing is to be done (return, continue)"),
        new("unbounded queue", TidyScope.Everywhere, Words(@"\bChannel\.CreateUnbounded\b"), "Channel.CreateBounded with a named limit"),
        new("vague name", TidyScope.Everywhere, Words(
            @"\b(class|struct|record|interface|enum)\s+\w+(Helper|Helpers|Utils|Util|Manager)\b"), "a name that says what it does"),
        new(TodoName, TidyScope.Everywhere, Words(@"\bTODO\b(?!\s*\(#\d+\))"), "TODO (#123), or do it"),
    ];

    public static TidyRule ByName(string name) => All.Single(rule => rule.Name == name);

    private static Regex Words(string pattern) => new(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
}
