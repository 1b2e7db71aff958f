using System.Text;
using RendezvousCluster.Cli.CommandLine;

namespace RendezvousCluster.Cli.Tests.CommandLine;

public sealed class ConfigurationFileTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "Points": [], "Identity": "node.key" }""")]
    [InlineData("""{ "points": ["/ip4/127.0.0.1/tcp/1"], "IDENTITY": "node.key", } // with a comment""")]
    [InlineData("""{ "Points": null, "Identity": null }""")] // the default
    [InlineData("\uFEFF{ }")]
    public void A_usable_file_has_no_fault(string json) => Assert.Empty(Read(json).Faults);

    [Fact]
    public void A_file_gives_its_points_in_their_order_and_the_identity() => Assert.Equal(
        [new("Points:0", "a"), new("Points:1", "b"), new("Identity", "node.key")],
        Read("""{ "Points": ["a", "b"], "Identity": "node.key" }""").Values);

    [Theory]
    [InlineData(
        "{\n\n  \"Pionts\": []\n}", "line 3: 'Pionts' is not a setting; 'Points' may be meant. The settings are 'Points' and 'Identity'.")]
    [InlineData("{ \"Points\": [],\n  \"identiy\": \"a\" }", "line 2: 'identiy' is not a setting; 'Identity' may be meant.")]
    [InlineData("{ \"Listen\": [] }", "line 1: 'Listen' is not a setting. The settings are 'Points' and 'Identity'.")]
    [InlineData("{ \"\": 1 }", "line 1: '' is not a setting.")]
    [InlineData("{ \"Points\": [],\n  \"points\": [] }", "line 2: 'points' stands there twice, first in line 1.")]
    [InlineData("{\n  \"Points\": \"/ip4/127.0.0.1/tcp/1\" }", "line 2: 'Points' takes a list of addresses, each in quotes: [ \"…\" ].")]
    [InlineData("{ \"Points\": [ \"a\",\n 7 ] }", "line 2: 'Points' takes a list of addresses, each in quotes.")]
    [InlineData("{ \"Identity\": 7 }", "line 1: 'Identity' takes the name of a file, in quotes.")]
    [InlineData("{ \"Identity\": \"\" }", "line 1: 'Identity' is empty; leave it out, or give the name of a file.")]
    [InlineData("{ \"Identity\": { \"File\": 7 } }", "line 1: 'Identity' takes the name of a file, in quotes.")]
    [InlineData("{ \"Points\": [ \"\" ] }", "line 1: 'Points' has an empty address; leave it out.")]
    [InlineData("{ \"Points\": [ [ \"a\" ] ] }", "line 1: 'Points' takes a list of addresses, each in quotes.")]
    [InlineData("{ not json", "line 1: ")]
    [InlineData("{ \"Points\": [ \"a\" ]\n  \"Identity\": \"b\" }", "line 2: ")] // the comma
    [InlineData("{ \"Points\": [ \"a\" ] }\n}", "line 2: ")]
    [InlineData("{ \"Points\": [ \"a\"", "line 1: ")]
    [InlineData("[]", "line 1: it must be an object")]
    [InlineData("", "line 1: ")]
    public void A_fault_is_reported_with_its_line(string json, string told)
    {
        string fault = Assert.Single(Read(json).Faults);

        Assert.StartsWith(told, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_reported_at_once_in_the_order_of_their_lines() => Assert.Equal(
        [
            "line 1: 'Point' is not a setting; 'Points' may be meant. The settings are 'Points' and 'Identity'.",
            "line 2: 'Identity' takes the name of a file, in quotes.",
            "line 3: 'identity' stands there twice, first in line 2.",
            "line 4: 'Points' takes a list of addresses, each in quotes.",
        ],
        Read("{ \"Point\": [ 1, 2 ],\n\"Identity\": 7,\n\"identity\": \"a\",\n\"Points\": [ 7 ] }").Faults);

    [Fact]
    public void A_key_of_a_megabyte_is_like_no_setting_and_is_shown_in_part()
    {
        string fault = Assert.Single(Read($"{{ \"{new string('P', 1_000_000)}\": 1 }}").Faults);

        Assert.DoesNotContain("may be meant", fault, StringComparison.Ordinal);
        Assert.True(fault.Length < 300);
    }

    private static ConfigurationFile Read(string json) => ConfigurationFile.Read(Encoding.UTF8.GetBytes(json));
}
