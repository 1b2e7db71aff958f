using System.Text.RegularExpressions;

namespace RendezvousCluster.Architecture;

/// <summary>
/// What peers and points write is shown in one form only, <c>VisibleText</c>, and these rules keep it so: a log message of a part that
/// peers talk to takes no bare string, and in the tool nothing reaches a terminal but through its Output folder, which makes all of it
/// visible.
/// </summary>
public partial class StrangersTextTests
{
    private static readonly string[] PartsThatPeersTalkTo =
        ["src/RendezvousCluster.Libp2p/", "src/RendezvousCluster.Client/", "src/RendezvousCluster.Server/FrontEnd/"];

    [Fact]
    public void No_log_message_of_a_part_that_peers_talk_to_takes_a_bare_string()
    {
        string[] offences =
        [
            .. from file in SourceTree.Files("src")
               where PartsThatPeersTalkTo.Any(part => file.Path.StartsWith(part, StringComparison.Ordinal))
               from method in BareStrings(file.Text)
               select $"{file.Path}: {method}",
        ];

        Assert.True(
            offences.Length == 0,
            "Let these take a VisibleText instead of a string, which becomes one by itself:\n" + string.Join('\n', offences));
    }

    [Fact]
    public void Only_the_output_of_the_tool_sees_a_terminal()
    {
        string[] offences =
        [
            .. from file in SourceTree.Files("src/RendezvousCluster.Cli")
               where !file.Path.Contains("/Output/", StringComparison.Ordinal)
                   && !file.Path.EndsWith("/Program.cs", StringComparison.Ordinal)
               where Terminal().IsMatch(TidyText.WithoutCommentsAndStrings(file.Text))
               select file.Path,
        ];

        Assert.True(offences.Length == 0, "Write through Report instead:\n" + string.Join('\n', offences));
    }

    [Theory]
    [InlineData("[LoggerMessage(1, LogLevel.Debug, \"{A}\")]\n    private static partial void LogA(ILogger logger, string a);", true)]
    [InlineData("[LoggerMessage(EventId = 1)]\n    public partial void LogA(PeerId peer, string? @a, int b);", true)]
    [InlineData("[LoggerMessage(1, LogLevel.Debug, \"{A}\")]\n    private static partial void LogA(ILogger logger, VisibleText a);", false)]
    [InlineData("private void LogA(string a) => LogB(a);", false)]
    public void A_bare_string_is_found(string text, bool isFound) => Assert.Equal(isFound, BareStrings(text).Any());

    private static IEnumerable<string> BareStrings(string text) =>
        LogMethod().Matches(text).Where(method => BareString().IsMatch(method.Groups["parameters"].Value))
            .Select(method => method.Groups["name"].Value);

    [GeneratedRegex(@"\[LoggerMessage\([^\]]*\)\]\s*(?:\w+\s+)*partial\s+void\s+(?<name>\w+)\((?<parameters>[^)]*)\)")]
    private static partial Regex LogMethod();

    [GeneratedRegex(@"\bstring\??\s+@?\w+")]
    private static partial Regex BareString();

    [GeneratedRegex(@"\bSpectre\b|\bAnsiConsole\b|\bConsole\.")]
    private static partial Regex Terminal();
}
