using System.Text;
using RendezvousCluster.Cli.CommandLine;

namespace RendezvousCluster.Cli.Tests.CommandLine;

public sealed class ConfigurationFileTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "Points": [], "Identity": "node.key" }""")]
    [InlineData("""{ "points": ["/ip4/127.0.0.1/tcp/1"], "IDENTITY": "", } // as the reader takes it""")]
    public void A_usable_file_has_no_fault(string json) => Assert.Null(ConfigurationFile.FaultOf(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData(
        "{\n\n  \"Pionts\": []\n}", "line 3: 'Pionts' is no setting; 'Points' may be meant. The settings are 'Points' and 'Identity'.")]
    [InlineData("{ \"Points\": [],\n  \"identiy\": \"a\" }", "line 2: 'identiy' is no setting; 'Identity' may be meant.")]
    [InlineData("{ \"Listen\": [] }", "line 1: 'Listen' is no setting. The settings are 'Points' and 'Identity'.")]
    [InlineData("{ \"\": 1 }", "line 1: '' is no setting.")]
    [InlineData("{ \"Points\": [],\n  \"points\": [] }", "line 2: 'points' stands there twice.")]
    [InlineData("{\n  \"Points\": \"/ip4/127.0.0.1/tcp/1\" }", "line 2: 'Points' takes a list of addresses, each in quotes: [ \"…\" ].")]
    [InlineData("{ \"Points\": [ \"a\",\n 7 ] }", "line 2: 'Points' takes a list of addresses, each in quotes.")]
    [InlineData("{ \"Identity\": null }", "line 1: 'Identity' takes the name of a file, in quotes.")]
    [InlineData("{ not json", "line 1: ")]
    [InlineData("{ \"Points\": [ \"a\" ]\n  \"Identity\": \"b\" }", "line 2: ")] // the comma
    [InlineData("{ \"Points\": [ \"a\" ] }\n}", "line 2: ")]
    [InlineData("{ \"Points\": [ \"a\"", "line 1: ")]
    [InlineData("[]", "line 1: it must be an object")]
    [InlineData("", "line 1: ")]
    public void A_fault_is_told_with_its_line(string json, string told)
    {
        string? fault = ConfigurationFile.FaultOf(Encoding.UTF8.GetBytes(json));

        Assert.StartsWith(told, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_a_megabyte_is_like_no_setting() => Assert.Null(ConfigurationFile.Nearest(new string('P', 1_000_000)));
}
