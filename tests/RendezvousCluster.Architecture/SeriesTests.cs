using System.Text.RegularExpressions;
using RendezvousCluster.Libp2p.Metrics;

namespace RendezvousCluster.Architecture;

/// <summary>Every series of a counter exists at zero before its first event, or an alert on it misses that event.</summary>
public partial class SeriesTests
{
    [Fact]
    public void Counters_are_made_in_one_place()
    {
        string[] elsewhere =
        [
            .. from file in SourceTree.Files("src")
               where Counter().IsMatch(file.Text) && !file.Path.EndsWith($"/{nameof(SeriesCounter)}.cs", StringComparison.Ordinal)
               select file.Path,
        ];

        Assert.True(
            elsewhere.Length == 0, $"Make it a {nameof(SeriesCounter)}, which shows its series at zero:\n" + string.Join('\n', elsewhere));
    }

    /// <summary>What is counted by a word in the code is counted in a series that was named when the counter was made.</summary>
    [Theory]
    [InlineData("src/RendezvousCluster.Libp2p/", "Limits/Libp2pMetrics.cs", @"CountRefusal\(\s*""(\w+)""")]
    [InlineData("src/RendezvousCluster.Libp2p/", "Limits/Libp2pMetrics.cs", @"ConnectionLimit\.\w+ => ""(\w+)""")]
    [InlineData("src/RendezvousCluster.Server/", "FrontEnd/FrontEndMetrics.cs", @"(?:StreamReset\(|\bReset\(stream,)\s*""(\w+)""")]
    [InlineData("src/RendezvousCluster.Server/", "FrontEnd/FrontEndMetrics.cs", @"HeldBack\(""(\w+)""")]
    public void Words_that_are_counted_are_named_where_the_counter_is_made(string folder, string metrics, string use)
    {
        string declared = SourceTree.Files("src").Single(file => file.Path == folder + metrics).Text;
        string[] words =
        [
            .. from file in SourceTree.Files("src")
               where file.Path.StartsWith(folder, StringComparison.Ordinal)
               from Match match in Regex.Matches(file.Text, use, RegexOptions.None, TimeSpan.FromSeconds(5))
               select match.Groups[1].Value,
        ];

        Assert.NotEmpty(words);
        Assert.All(words, word => Assert.Contains($"\"{word}\"", declared, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\bCreateCounter\b")]
    private static partial Regex Counter();
}
