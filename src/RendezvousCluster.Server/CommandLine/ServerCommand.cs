using System.CommandLine;
using System.CommandLine.Parsing;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Settings;

namespace RendezvousCluster.Server.CommandLine;

/// <summary>The command line of the server: its options and subcommands, and what is wrong with how they were given.</summary>
internal static class ServerCommand
{
    /// <summary>Parses, runs until the server stops, and answers the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        ParseResult parsed = Create().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync(VisibleText.Of(ParseFault.Text(error)));
            }

            foreach (string suggestion in Suggestion.For(parsed))
            {
                await Console.Error.WriteLineAsync(VisibleText.Of(suggestion));
            }

            await Console.Error.WriteLineAsync("Run with --help for the options.");
            return ProgramEnd.UsageError;
        }

        // The host handles signals itself; the parser's own handling would race it.
        return await parsed.InvokeAsync(
            new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }

    /// <summary>The options and subcommands.</summary>
    internal static RootCommand Create()
    {
        var options = new SettingOptions();
        var command = new RootCommand();
        foreach (Option option in options.All)
        {
            command.Add(option);
        }

        command.Add(HealthCommand.Create(options));
        command.Add(ConfigCommand.Create(options));
        command.Add(VerifyCommand.Create(options));
        command.SetAction((result, cancellationToken) => ServeCommand.RunAsync(options.Read(result), cancellationToken));
        ServerHelp.Of(command, options).ReplaceHelpOf(command);
        return command;
    }
}
