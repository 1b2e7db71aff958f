using System.CommandLine;

namespace RendezvousCluster.Settings;

/// <summary>The commands and options that may be meant by words of a command line that are not known.</summary>
internal static class Suggestion
{
    /// <summary>A sentence for each word that is like a known one.</summary>
    public static IEnumerable<string> For(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string[] commands = [.. command.Subcommands.Select(subcommand => subcommand.Name)];
        string[] options = [.. command.Options.Select(option => option.Name)];
        return
            from word in parsed.UnmatchedTokens
            let meant = Spelling.Nearest(word, word.StartsWith('-') ? options : commands)
            where meant is not null
            select $"Did you mean '{meant}' instead of '{word}'?";
    }
}
