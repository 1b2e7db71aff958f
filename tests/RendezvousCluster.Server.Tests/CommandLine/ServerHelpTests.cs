using System.CommandLine;
using System.CommandLine.Help;
using RendezvousCluster.Server.CommandLine;
using RendezvousCluster.Server.Settings;
using RendezvousCluster.Settings;

namespace RendezvousCluster.Server.Tests.CommandLine;

public sealed class ServerHelpTests
{
    private static readonly RootCommand Root = ServerCommand.Create();

    public static TheoryData<string> OptionNames =>
        new(Root.Options.Where(option => option is not HelpOption).Select(option => option.Name));

    [Theory]
    [InlineData(80)]
    [InlineData(HelpSheet.UsualWidth)]
    public void Every_option_is_there_once_in_its_group_in_lines_that_fit(int width)
    {
        string[] lines = Sheet().Lay(width).Split('\n');

        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
        Assert.All(Root.Options.Select(option => option.Name).Except(["--help", "--version"]), name => Assert.Single(
            lines, line => line.StartsWith($"  {name} ", StringComparison.Ordinal) || line.TrimEnd() == $"  {name}"
                || line.StartsWith($"  {name},", StringComparison.Ordinal)));
        Assert.All(Root.Subcommands, command => Assert.Single(
            lines, line => line.StartsWith($"  {command.Name} ", StringComparison.Ordinal)));
        Assert.Equal(
            SettingTable.Parts.Where(part => part.Rows.Any(row => row.Options.Length > 0)).Select(part => part.Title + ":"),
            lines.Where(line => line.EndsWith(':') && !line.StartsWith(' ')).Except(["Commands:", "Other:"]));
    }

    /// <summary>A screen of a terminal and a half; what explains an option is on the page about configuration.</summary>
    [Fact]
    public void The_help_is_short() => Assert.InRange(Sheet().Lay(120).Split('\n').Length, 40, 75);

    [Theory]
    [MemberData(nameof(OptionNames))]
    public void A_wrong_value_is_reported_in_words(string option) => Assert.All(
        Root.Parse([option, "\u2622"]).Errors.Concat(Root.Parse([$"{option}=\u2622"]).Errors).Concat(Root.Parse([option]).Errors),
        error =>
        {
            Assert.DoesNotContain("System.", ParseFault.Text(error), StringComparison.Ordinal);
            Assert.DoesNotContain("`", ParseFault.Text(error), StringComparison.Ordinal);
        });

    [Theory]
    [InlineData("System.Boolean", "--x takes true or false; 'a' is not that.")]
    [InlineData("System.Nullable`1[System.Int32]", "--x takes a whole number; 'a' is not that.")]
    [InlineData("System.Double", "--x takes a number; 'a' is not that.")]
    [InlineData("Some.Type", "--x takes another kind of value; 'a' is not that.")]
    public void A_type_of_the_runtime_is_named_in_words(string type, string expected)
    {
        var option = new Option<int>("--x");
        option.Validators.Add(result => result.AddError($"Cannot parse argument 'a' for option '--x' as expected type '{type}'."));

        Assert.Equal(expected, ParseFault.Text(new RootCommand { option }.Parse(["--x", "1"]).Errors[0]));
    }

    /// <summary>Of a long description the first thought.</summary>
    [Fact]
    public void A_row_has_the_first_thought_of_a_description() => Assert.Equal(
        new HelpRow("-p, --point <multiaddr>", "A point, as a multiaddr that ends in /p2p/ and its peer id"),
        HelpRow.Of(new Option<string>("--point", "-p")
        {
            HelpName = "multiaddr",
            Description = "A point, as a multiaddr that ends in /p2p/ and its peer id; repeat it for more. [default: x]",
        }));

    private static HelpSheet Sheet() => ServerHelp.Of(Root, new SettingOptions());
}
