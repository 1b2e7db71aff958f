using System.CommandLine;
using RendezvousCluster.Settings;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary>What <c>rendezvous --help</c> prints: the commands by what they are for.</summary>
internal static class ToolHelp
{
    /// <summary>The commands of each group; a test finds one that is in none.</summary>
    internal static readonly (string Title, string[] Names)[] Groups =
    [
        ("Register and discover", ["register", "discover", "unregister", "keygen"]),
        ("Look at points", ["ping", "identify", "load"]),
        ("Operate a server", ["admin"]),
        ("This tool", ["completion"]),
    ];

    /// <summary>The sheet.</summary>
    public static HelpSheet Of(RootCommand root) => new(
        "Talks to libp2p rendezvous points (/rendezvous/1.0.0).",
        "rendezvous <command> [options]",
        [
            .. Groups.Select(group => new HelpGroup(
                group.Title,
                [.. group.Names.Select(name => HelpRow.Of(root.Subcommands.Single(command => command.Name == name)))])),
            new("Other", [new("-h, --help", "This; behind a command, its help"), new("--version", "The version")]),
        ],
        "Points come from --point, from RENDEZVOUS_POINTS__0, RENDEZVOUS_POINTS__1, … in the environment, or from rendezvous.json. Exit "
        + "codes: 0 done, 1 failed or unreachable, 2 the command line or configuration cannot be used, 3 refused by the points.");
}
