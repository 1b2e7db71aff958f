using System.Text.RegularExpressions;

namespace RendezvousCluster.Architecture;

/// <summary>The page about the way of a request and the comments on that way say the same: number, name and file of each step.</summary>
public partial class RequestPathTests
{
    private const string Page = "docs/internals/request-path.md";

    [Fact]
    public void The_steps_of_the_page_are_those_of_the_code()
    {
        string[] documented =
            [.. Row().Matches(SourceTree.Read(Page)).Select(row => Line(row, "src/RendezvousCluster." + row.Groups["file"].Value))];
        string[] inCode =
        [
            .. from file in SourceTree.Files("src")
               from comment in Comment().Matches(file.Text)
               let line = Line(comment, file.Path)
               orderby int.Parse(comment.Groups["number"].Value, System.Globalization.CultureInfo.InvariantCulture)
               select line,
        ];

        Assert.True(
            documented.SequenceEqual(inCode),
            $"{Page} and the comments '// Request path, step N: name.' differ. Only on the "
            + $"page:\n{string.Join('\n', documented.Except(inCode))}\n"
            + $"Only in the code:\n{string.Join('\n', inCode.Except(documented))}");
    }

    [Fact]
    public void The_steps_are_numbered_without_a_gap()
    {
        string[] numbers = [.. Row().Matches(SourceTree.Read(Page)).Select(row => row.Groups["number"].Value)];

        Assert.True(numbers.Length > 10);
        Assert.Equal(Enumerable.Range(1, numbers.Length).Select(number => $"{number}"), numbers);
    }

    private static string Line(Match step, string file) => $"{step.Groups["number"].Value}: {step.Groups["name"].Value}, {file}";

    [GeneratedRegex(@"^\| (?<number>\d+) \| (?<name>[^|]+) \| `(?<file>[^`]+)`", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^// Request path, step (?<number>\d+): (?<name>.+)\.\r?$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
