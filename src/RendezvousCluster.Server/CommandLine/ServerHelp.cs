using System.CommandLine;
using RendezvousCluster.Server.Settings;
using RendezvousCluster.Settings;

namespace RendezvousCluster.Server.CommandLine;

/// <summary>What <c>rendezvous-server --help</c> prints: the options in the parts of the table of settings.</summary>
internal static class ServerHelp
{
    private const int MaxDefaultLength = 24;

    /// <summary>The sheet.</summary>
    public static HelpSheet Of(RootCommand root, SettingOptions options) => new(
        "A libp2p rendezvous point (/rendezvous/1.0.0). Without command and options it serves on this machine, with its data in ./data.",
        "rendezvous-server [command] [options]",
        [
            new("Commands", [.. root.Subcommands.Select(HelpRow.Of)]),
            .. SettingTable.Parts.Select(part => new HelpGroup(part.Title, [.. part.Rows.Where(row => row.Options.Length > 0).Select(
                row => Row(row, options.OptionOf(row.Key)))])).Where(group => group.Rows.Count > 0),
            new(
                "Other",
                [HelpRow.Of(options.Config), new("-h, --help", "This; behind a command, its help"), new("--version", "The version")]),
        ],
        "Each option is also a setting of files (section Rendezvous) and of the environment (Rendezvous__DataDirectory). "
        + "docs/configuration.md explains these and many more; rendezvous-server config defaults writes them into a file.");

    private static HelpRow Row(Setting setting, Option option)
    {
        HelpRow row = HelpRow.Of(option, setting.Help);
        string names = string.Concat(option.Aliases.Where(alias => alias.Length > 2).Select(alias => $", {alias}"));
        string @default = setting is { DefaultInWords: null, Default: { Length: <= MaxDefaultLength } value } && value is not "false"
            ? $" [{value}]"
            : string.Empty;
        return row with { Name = row.Name + names, Text = row.Text + @default };
    }
}
