using System.CommandLine;
using RendezvousCluster.Cli.CommandLine;

namespace RendezvousCluster.Cli.Tests.CommandLine;

public sealed class ToolHelpTests
{
    private static readonly (string[] Path, Command Command)[] All = [.. Walk(RendezvousTool.CreateRoot(), [])];

    public static TheoryData<string> Options =>
        new(All.SelectMany(one => one.Command.Options.Select(option => string.Join(' ', [.. one.Path, option.Name]))));

    [Fact]
    public void Every_command_is_in_one_group()
    {
        string[] named = [.. ToolHelp.Groups.SelectMany(group => group.Names)];

        Assert.Equal(RendezvousTool.CreateRoot().Subcommands.Select(command => command.Name).Order(), named.Order());
    }

    [Fact]
    public async Task The_help_of_the_tool_is_a_screen_and_that_of_a_command_is_the_parsers()
    {
        (int code, string output, string error) = await Run.ToEndAsync("--help");
        Assert.Equal((0, ""), (code, error));
        Assert.InRange(output.Split('\n').Length, 15, 35);
        Assert.Contains("\nRegister and discover:\n  register <namespace>", output);
        Assert.All(output.Split('\n'), line => Assert.InRange(line.Length, 0, 100));

        (_, output, _) = await Run.ToEndAsync("load", "--help");
        Assert.Contains("--server-pid <pid>", output);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public async Task A_wrong_value_is_reported_in_words(string option)
    {
        string[] words = option.Split(' ');
        string[][] tries = [[.. words, "\u2622"], [.. words[..^1], $"{words[^1]}=\u2622"]];
        foreach (string[] arguments in tries)
        {
            if (RendezvousTool.CreateRoot().Parse(arguments).Errors.Count > 0)
            {
                (int code, _, string error) = await Run.ToEndAsync(arguments);

                Assert.Equal(2, code);
                Assert.DoesNotContain("System.", error);
            }
        }
    }

    [Fact]
    public async Task A_process_that_is_not_a_number_is_reported_in_words()
    {
        (int code, _, string error) = await Run.ToEndAsync("load", "--server-pid", "x");

        Assert.Equal(2, code);
        Assert.Contains("--server-pid takes a whole number; 'x' is not that.", error);
    }

    private static IEnumerable<(string[] Path, Command Command)> Walk(Command command, string[] path) =>
        command.Subcommands.SelectMany(sub => Walk(sub, [.. path, sub.Name])).Prepend((path, command));
}
