using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace RendezvousCluster.Settings;

/// <summary>
/// What <c>--help</c> prints for a whole program: its commands and options in groups, each with one short line. Pages and the help of a
/// subcommand have the rest.
/// </summary>
/// <param name="Purpose">What the program is for.</param>
/// <param name="Usage">How it is called.</param>
/// <param name="Groups">Commands and options that belong together.</param>
/// <param name="More">Where more is to be found.</param>
internal sealed record HelpSheet(string Purpose, string Usage, IReadOnlyList<HelpGroup> Groups, string More)
{
    /// <summary>Where the output is not a terminal.</summary>
    internal const int UsualWidth = 100;

    // A longer name has a line for itself.
    private const int MaxNameWidth = 34;

    /// <summary>Shows this sheet for the help of the program; subcommands keep the help of the parser.</summary>
    public void ReplaceHelpOf(RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ShowSheet(this, root, (SynchronousCommandLineAction)help.Action!);
    }

    /// <summary>The sheet in lines that are at most so wide, unless a single word is wider.</summary>
    public string Lay(int width)
    {
        IEnumerable<string> lines =
        [
            .. Wrap(Purpose, width), string.Empty, .. Wrap($"Usage: {Usage}", width),
            .. Groups.SelectMany(group => (IEnumerable<string>)
                [string.Empty, $"{group.Title}:", .. group.Rows.SelectMany(row => Lay(row, width))]),
            string.Empty, .. Wrap(More, width),
        ];
        return string.Concat(lines.Select(line => line.TrimEnd() + '\n'));
    }

    private static IEnumerable<string> Lay(HelpRow row, int width)
    {
        string indent = new(' ', MaxNameWidth + 4);
        string[] text = [.. Wrap(row.Text, width - indent.Length)];
        string name = $"  {row.Name}";
        return name.Length + 2 > indent.Length
            ? [name, .. text.Select(line => indent + line)]
            : [name.PadRight(indent.Length) + text[0], .. text.Skip(1).Select(line => indent + line)];
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        string line = string.Empty;
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        yield return line;
    }

    private sealed class ShowSheet(HelpSheet sheet, RootCommand root, SynchronousCommandLineAction ofParser) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            if (parseResult.CommandResult.Command != root)
            {
                return ofParser.Invoke(parseResult);
            }

            parseResult.InvocationConfiguration.Output.Write(
                sheet.Lay(Console.IsOutputRedirected ? UsualWidth : Math.Clamp(Console.WindowWidth - 1, 60, 120)));
            return 0;
        }

        public override bool ClearsParseErrors => true;
    }
}

/// <summary>Rows under a title.</summary>
internal sealed record HelpGroup(string Title, IReadOnlyList<HelpRow> Rows);

/// <summary>A command or an option, with what it takes, and one short line.</summary>
internal sealed record HelpRow(string Name, string Text)
{
    /// <summary>A command with its arguments.</summary>
    public static HelpRow Of(Command command) => new(
        string.Join(' ', command.Arguments.Select(argument => $"<{argument.Name}>").Prepend(command.Name)), Short(command.Description));

    /// <summary>An option with its other names and its value.</summary>
    public static HelpRow Of(Option option, string? description = null) => new(
        string.Join(", ", [.. option.Aliases.Where(alias => alias.Length == 2), option.Name])
            + (option.HelpName is { } value ? $" <{value}>" : string.Empty),
        Short(description ?? option.Description));

    private static readonly string[] Ends = [". ", "; ", ": ", ", such as ", " (", " ["];

    // The first thought of a description: what follows explains it.
    private static string Short(string? description)
    {
        string text = description ?? string.Empty;
        int end = Ends
            .Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at > 0).DefaultIfEmpty(text.Length).Min();
        return text[..end].TrimEnd('.');
    }
}
