using System.Text;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Architecture;

/// <summary>Writes <c>docs/configuration.md</c>.</summary>
internal static class ConfigurationPage
{
    private const string Introduction = """
        # Configuration

        <!-- Written from the table of settings (src/RendezvousCluster.Server/Settings/Table).
             Change that, and run the Architecture tests with UPDATE_EXPECTED=1. -->

        Every setting of `rendezvous-server`, its default, what it may be, and the option of the command line if it has one.

        ## Where settings are given

        Each of these is laid over the one before:

        1. `appsettings.json` beside the program, and one in the working directory;
        2. the file that `--config` names;
        3. environment variables: the key with `__` for every colon, such as `Rendezvous__Upkeep__FenceAge=10m`;
        4. options of the command line.

        Files are JSON with comments. All settings are in the section `Rendezvous`:

        ```json
        {
          "Rendezvous": {
            "MinTtlSeconds": "1m",
            "Seeds": ["node1.example:4053", "node2.example:4053"],
            "Libp2p": { "Limits": { "MaxConnectionsPerIp": 256, "MaxHeldBytes": "256MiB" } }
          }
        }
        ```

        - **Times** have a unit (`90s`, `5m`, `1h30m`, `3d`, `250ms`) or are written as `00:05:00`. A number without a unit is one only
          where it always was: seconds for times to live, days for `Upkeep`.
        - **Sizes** are a number of bytes or have a unit: `KiB`, `MiB`, `GiB` count in 1024, `kB`, `MB`, `GB` in 1000.
        - **Lists** are written in brackets, as `Rendezvous__Seeds__0`, `Rendezvous__Seeds__1`, or by repeating the option. A list of a
          file or of the command line takes the place of the one below; a variable replaces the item with its number.
        - `null` in a file is the default. An empty value is refused.

        The server refuses a value that cannot be used at the start, with the file and line, the variable, or the option, and what is
        allowed. It refuses unknown keys, a misspelt section, and a key that is given twice too.

        ## Looking at settings

        - `rendezvous-server config check` says everything that is wrong, a line each, and ends with exit code 1 if anything is. It takes
          the same options as the server.
        - `rendezvous-server config show` shows every setting with the value that holds and where it is from. Secrets are not shown.
        - `rendezvous-server config defaults` writes a file with every setting and its default, to begin with.

        Settings marked **◆** must be the same at every node of a cluster: a node with another value is turned away when it joins. Those
        marked **◇** should be: such a node is warned of ([what is compared](operations/cluster.md#the-same-settings-at-every-node)).

        """;

    public static string Text()
    {
        var page = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        foreach (SettingPart part in SettingTable.Parts)
        {
            page.Append(
                $"\n## {part.Title}\n\n| `{ServerOptions.Section}:…` | option | default | what it may be | what it does | since "
                + "|\n|---|---|---|---|---|---|\n");
            foreach (Setting row in part.Rows)
            {
                page.Append(
                    $"| {Key(row)} | {Code(row.Options)} | {Default(row)} | {Cell(row.Type.Allowed)} | {Cell(row.Help)} | {row.Since} |\n");
            }
        }

        return page.ToString();
    }

    private static string Key(Setting row)
    {
        string others = row.OtherKeys.Length == 0 ? "" : $"; also {Code(row.OtherKeys)}";
        return $"`{row.Key}`{Mark(row.Agreement)}{others}";
    }

    private static string Mark(Agreement agreement) => agreement switch
    {
        Agreement.Required => " ◆",
        Agreement.Advised => " ◇",
        _ => "",
    };

    private static string Default(Setting row) => row.DefaultInWords is { } words ? Cell(words) : $"`{row.Default}`";

    private static string Code(string[] names) => string.Join(", ", names.Select(name => $"`{name}`"));

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
