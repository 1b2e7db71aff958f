namespace RendezvousCluster.Architecture;

public class TidyTests
{
    public static TheoryData<string> RuleNames => new(TidyRules.All.Select(rule => rule.Name));

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void The_tree_keeps_the_rule(string ruleName)
    {
        TidyRule rule = TidyRules.ByName(ruleName);
        IEnumerable<(string Path, string Text)> files =
            (rule.Scope.HasFlag(TidyScope.Source) ? SourceTree.Files("src") : []).Concat(
                rule.Scope.HasFlag(TidyScope.Tests) ? SourceTree.Files("tests") : []);

        string[] offences =
        [
            .. from file in files
               where !file.Path.StartsWith("tests/RendezvousCluster.Architecture/", StringComparison.Ordinal)
               from line in rule.Offences(file.Text)
               select $"{file.Path}:{line}",
        ];

        Assert.True(offences.Length == 0, $"{rule.Name}: write {rule.Instead} instead, at\n{string.Join('\n', offences)}");
    }

    [Fact]
    public void No_file_is_longer_than_400_lines()
    {
        string[] offences =
        [
            .. from file in SourceTree.Files("src").Concat(SourceTree.Files("tests"))
               let lines = file.Text.AsSpan().Count('\n')
               where lines > TidyRules.MaxFileLines
               select $"{file.Path}: {lines}",
        ];

        Assert.True(
            offences.Length == 0,
            $"A file has one reason to change and at most {TidyRules.MaxFileLines} lines:\n{string.Join('\n', offences)}");
    }

    [Fact]
    public void No_line_is_wider_than_140_columns() => Baseline.Check(
        "TooWide.txt",
        $"A line has at most {TidyRules.MaxColumns} columns:",
        Offences(text => TidyText.Lines(text).Where(line => line.Text.Length > TidyRules.MaxColumns).Select(line => line.Number)));

    [Fact]
    public void No_comment_breaks_off_in_mid_sentence() => Baseline.Check(
        "BrokenComments.txt",
        $"A comment goes on to column {TidyRules.MaxColumns}, and has no short line in the middle of a sentence:",
        Offences(TidyText.BrokenComments));

    [Theory]
    [InlineData("/// A stream that fails, at whatever\n/// step, is reset.", 1)]
    [InlineData("    // A stream that fails\n    // is reset.", 1)]
    [InlineData("/// A sentence ends.\n/// Another one begins.", 0)]
    [InlineData("/// It does this:\n/// that", 0)]
    [InlineData("/// Words without an end\n/// <item>and an item</item>", 0)]
    [InlineData(
        "/// A line that goes on for so long that there is no room for another word, which is so whatever the width of it was\n/// is "
        + "whole.", 0)]
    [InlineData("//   a drawing\n//   of columns", 0)]
    [InlineData("// one\nint x;\n// two", 0)]
    public void Comments_that_break_off_are_found(string text, int offences) =>
        Assert.Equal(offences, TidyText.BrokenComments(text).Count());

    [Theory]
    [InlineData("wall clock", "var now = DateTime.UtcNow;")]
    [InlineData("wall clock", "var now = DateTimeOffset.UtcNow;")]
    [InlineData("wall clock", "var now = DateTime.Now;")]
    [InlineData("stopwatch", "var watch = Stopwatch.StartNew();")]
    [InlineData("delay without a clock", "await Task.Delay(100, token);")]
    [InlineData("sleep", "Thread.Sleep(1);")]
    [InlineData("delay in a test", "await Task.Delay(1, timeProvider);")]
    [InlineData("blocking on a task", "var x = task.Result;")]
    [InlineData("blocking on a task", "task.Wait();")]
    [InlineData("blocking on a task", "task.GetAwaiter().GetResult();")]
    [InlineData("unseeded randomness", "int x = Random.Shared.Next();")]
    [InlineData("unseeded randomness", "var random = new Random();")]
    [InlineData("empty catch", "try { F(); } catch { }")]
    [InlineData("empty catch", "try { F(); } catch (IOException) { }")]
    [InlineData("empty catch", "try { F(); } catch (IOException e) when (e.Message == \"x\")\n{\n    // ignored\n}")]
    [InlineData("unbounded queue", "var queue = Channel.CreateUnbounded<int>();")]
    [InlineData("vague name", "internal sealed class StreamHelper")]
    [InlineData("vague name", "record ConnectionManager(int X);")]
    [InlineData("vague name", "static class StringUtils")]
    [InlineData("TODO without an issue", "// TODO: later")]
    public void A_planted_offence_is_found(string ruleName, string snippet) =>
        Assert.Equal([2], TidyRules.ByName(ruleName).Offences("// first line\n" + snippet));

    [Theory]
    [InlineData("wall clock", "// DateTime.UtcNow is banned")]
    [InlineData("wall clock", "Log(\"DateTime.UtcNow\");")]
    [InlineData("wall clock", "var now = timeProvider.GetUtcNow();")]
    [InlineData("delay without a clock", "await Task.Delay(delay, _timeProvider, token);")]
    [InlineData("blocking on a task", "public string Result { get; }")]
    [InlineData("blocking on a task", "return query.Results;")]
    [InlineData("empty catch", "try { F(); } catch (IOException) { return; }")]
    [InlineData("vague name", "internal sealed class ManagerList")]
    [InlineData("vague name", "var taskManager = 1;")]
    [InlineData("TODO without an issue", "// TODO (#12): later")]
    [InlineData("stopwatch", "string a = @\"c:\\\"; string b = \"Stopwatch\"; char c = '\"'; // Stopwatch")]
    [InlineData("stopwatch", "/* Stopwatch\n Stopwatch */ string s = \"\"\"\n Stopwatch \"x\" \n\"\"\";")]
    public void Allowed_code_is_left_alone(string ruleName, string snippet) =>
        Assert.Empty(TidyRules.ByName(ruleName).Offences(snippet));

    private static IEnumerable<(string Path, int Line)> Offences(Func<string, IEnumerable<int>> find) =>
        from file in SourceTree.Files("src").Concat(SourceTree.Files("tests")).Concat(SourceTree.Files("examples"))
        from line in find(file.Text)
        select (file.Path, line);
}
