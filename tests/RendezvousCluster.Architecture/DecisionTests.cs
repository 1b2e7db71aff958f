using System.Text.RegularExpressions;

namespace RendezvousCluster.Architecture;

/// <summary>Each decision has a number, a status and a date, and the index shows all three as the decision does.</summary>
public partial class DecisionTests
{
    private const string Folder = "docs/internals/decisions";
    private const string Template = "0000-template.md";

    public static TheoryData<string> Decisions => new(Names());

    [Theory]
    [MemberData(nameof(Decisions))]
    public void A_decision_has_a_status_with_its_date_and_the_index_shows_it(string name)
    {
        Match head = Head().Match(SourceTree.Read($"{Folder}/{name}"));
        Assert.True(
            head.Success,
            $"{name} begins with '# NNNN Title' and, after a blank line, '**Status.** Accepted on YYYY-MM-DD.' (Proposed, Accepted, "
            + $"Superseded by; see {Template})");
        Assert.StartsWith(head.Groups["number"].Value + "-", name, StringComparison.Ordinal);

        string row = $"| [{head.Groups["number"].Value}]({name}) | {head.Groups["title"].Value} | {head.Groups["status"].Value} |";
        Assert.Contains(row, SourceTree.Read($"{Folder}/README.md").Split('\n'));
    }

    [Fact]
    public void No_number_is_used_twice()
    {
        Assert.Empty(Names().GroupBy(name => name[..4]).Where(uses => uses.Count() > 1).Select(uses => string.Join(", ", uses)));
    }

    [Theory]
    [InlineData("# 0001 A title\n\n**Status.** Accepted on 2026-11-23.\n", true)]
    [InlineData("# 0001 A title\n\n**Status.** Superseded by [0002](0002-x.md) on 2026-11-23.\n", true)]
    [InlineData("# 0001 A title\n\n**Blueprint.** Nothing.\n", false)]
    [InlineData("# 0001 A title\n\n**Status.** Accepted.\n", false)]
    [InlineData("# 0001: A title\n\n**Status.** Accepted on 2026-11-23.\n", false)]
    public void A_head_without_status_or_date_is_found(string text, bool isWhole) => Assert.Equal(isWhole, Head().IsMatch(text));

    private static IEnumerable<string> Names() =>
        from file in Directory.EnumerateFiles(Path.Combine(SourceTree.Root, Folder), "0*.md")
        let name = Path.GetFileName(file)
        where name != Template
        orderby name
        select name;

    [GeneratedRegex(
        @"\A# (?<number>\d{4}) (?<title>\S.*)\n\n"
        + @"\*\*Status\.\*\* (?<status>(Proposed|Accepted|Superseded by \S+) on \d{4}-\d\d-\d\d.*)\.\n")]
    private static partial Regex Head();
}
