using System.Text.RegularExpressions;
using RendezvousCluster.Interop.Processes;

namespace RendezvousCluster.Deployment;

/// <summary>
/// <c>docker-compose.cluster.yml</c> as docker-compose itself understands it: anchors and variables are resolved, and what it would refuse
/// fails.
/// </summary>
internal sealed partial class ComposeFile
{
    public const string Name = "docker-compose.cluster.yml";

    private static readonly Lazy<Task<ComposeFile>> Read = new(RunComposeAsync);

    private readonly Dictionary<string, Dictionary<string, string>> _environments = [];

    private ComposeFile(string text) => Text = text;

    /// <summary>What docker-compose prints.</summary>
    public string Text { get; }

    /// <summary>Those that start without a profile.</summary>
    public IEnumerable<string> Services =>
        _environments.Keys.Where(service => !Section(service).Contains("\n    profiles:", StringComparison.Ordinal));

    /// <summary>Reads it, once for all tests, which only look at it.</summary>
    public static Task<ComposeFile> ReadAsync() => Read.Value;

    /// <summary>The variables of a service.</summary>
    public IReadOnlyDictionary<string, string> Environment(string service) => _environments[service];

    /// <summary>The lines that belong to a service.</summary>
    public string Section(string service) => Regex.Match(Text, $@"^  {service}:\n(?:    .*\n?)*", RegexOptions.Multiline).Value;

    private static async Task<ComposeFile> RunComposeAsync()
    {
        await using ChildProcess config =
            ChildProcess.Start("docker-compose config", "docker-compose", ["-f", Name, "config"], Repository.Root);
        var lines = new List<string>();
        while (await config.ReadLineAsync().Within() is { } line)
        {
            lines.Add(line);
        }

        Assert.True(await config.ExitAsync() == 0, config.Errors);
        var file = new ComposeFile(string.Join('\n', lines));
        file.ReadServices(lines);
        return file;
    }

    // It prints one form only: two spaces a level, one entry a line.
    private void ReadServices(List<string> lines)
    {
        string top = "", service = "", part = "";
        foreach (string line in lines)
        {
            if (EntryPattern().Match(line) is not { Success: true } entry)
            {
                continue;
            }

            string name = entry.Groups["name"].Value;
            switch (entry.Groups["indent"].Length)
            {
                case 0:
                    top = name;
                    break;
                case 2 when top == "services":
                    service = name;
                    _environments[service] = [];
                    break;
                case 4:
                    part = name;
                    break;
                case 6 when top == "services" && part == "environment":
                    _environments[service][name] = entry.Groups["value"].Value.Trim('\'', '"');
                    break;
            }
        }
    }

    [GeneratedRegex("^(?<indent> *)(?<name>[A-Za-z0-9_.-]+):(?: (?<value>.*))?$")]
    private static partial Regex EntryPattern();
}
