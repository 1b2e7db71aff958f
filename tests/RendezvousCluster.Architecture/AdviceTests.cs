using System.Text.RegularExpressions;

namespace RendezvousCluster.Architecture;

/// <summary>
/// No message of ours advises to delete a key or data: an operator who reads it is in trouble, follows it, and loses a peer id or every
/// registration for a fault that could be mended.
/// </summary>
public partial class AdviceTests
{
    [Fact]
    public void No_message_advises_to_delete_what_cannot_be_made_again()
    {
        string[] offences =
        [
            .. from file in SourceTree.Files("src")
               from line in file.Text.Split('\n').Select((text, index) => (Text: text, Number: index + 1))
               where IsAdvice(line.Text)
               select $"{file.Path}:{line.Number}: {line.Text.Trim()}",
        ];

        Assert.True(offences.Length == 0, "Say how to mend or restore it instead:\n" + string.Join('\n', offences));
    }

    [Theory]
    [InlineData("throw new X($\"'{path}' holds no key; restore it, or remove it to get a new one.\");", true)]
    [InlineData("\"Delete the data directory and start again.\"", true)]
    [InlineData("\"run: rm -r '{path}'\"", true)]
    [InlineData("// remove it, and all is well", false)]
    [InlineData("/// <summary>Delete it.</summary>", false)]
    [InlineData("_waiting.Remove(it);", false)]
    [InlineData("\"DELETE FROM journal WHERE persistence_id = @id\"", false)]
    public void Advice_is_found(string line, bool isFound) => Assert.Equal(isFound, IsAdvice(line));

    private static bool IsAdvice(string line) => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && Advice().IsMatch(line);

    [GeneratedRegex(@"""[^""]*\b(?:([Rr]emove|[Dd]elete|[Ee]rase|[Dd]rop|[Ww]ipe)\s+(it|them|the|this|that|your|'|\{)|rm -)[^""]*""")]
    private static partial Regex Advice();
}
