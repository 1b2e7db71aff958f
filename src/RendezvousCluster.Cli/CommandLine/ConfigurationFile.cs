using System.Globalization;
using System.Text.Json;
using RendezvousCluster.Settings;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary>
/// Reads <c>rendezvous.json</c> as strictly as the server reads its settings. A key that nobody reads is a mistake of the file's author:
/// with <c>"Point"</c> for <c>"Points"</c> the tool would go on with other points, or with none, and not mention the file.
/// </summary>
internal sealed class ConfigurationFile
{
    public const string PointsKey = "Points";
    public const string IdentityKey = "Identity";

    private static readonly string[] Keys = [PointsKey, IdentityKey];

    private readonly JsonSettings _json;
    private readonly HashSet<string> _unknown = new(StringComparer.OrdinalIgnoreCase);

    private ConfigurationFile(JsonSettings json) => _json = json;

    /// <summary>What the file gives, by key; those of a list's items have a number behind a colon.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Values =>
        from entry in _json.Entries where entry.Kind == JsonTokenType.String select KeyValuePair.Create(entry.Path, entry.Text);

    /// <summary>Everything that is wrong with the file, a sentence each with the line, in the order of the lines.</summary>
    public IReadOnlyList<string> Faults { get; private set; } = [];

    /// <summary>Reads the text of a file.</summary>
    public static ConfigurationFile Read(ReadOnlySpan<byte> json)
    {
        var file = new ConfigurationFile(JsonSettings.Read(json));
        JsonFault[] faults =
        [
            .. file._json.Syntactic is { } syntactic ? [syntactic] : file._json.Twice,
            .. from entry in file._json.Entries
               let reason = file.FaultOf(entry)
               where reason is not null
               select new JsonFault(entry.Line, reason),
        ];
        file.Faults =
        [
            .. from fault in faults
               orderby fault.Line
               select string.Create(CultureInfo.InvariantCulture, $"line {fault.Line}: {fault.Reason}."),
        ];
        return file;
    }

    /// <summary>The setting that a name stands for, in letters of any case; null when it is not one.</summary>
    internal static string? KeyOf(string name) => Keys.FirstOrDefault(key => key.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The setting that a misspelt name may stand for; null when it is like none.</summary>
    internal static string? Nearest(string name) => Spelling.Nearest(name, Keys);

    private string? FaultOf(JsonEntry entry)
    {
        string[] steps = entry.Path.Split(':');
        return KeyOf(steps[0]) switch
        {
            PointsKey => FaultOfPoints(entry, steps),
            IdentityKey => FaultOfIdentity(entry, steps),
            _ => _unknown.Add(steps[0]) ? FaultOfName(steps[0]) : null,
        };
    }

    private static string FaultOfName(string name)
    {
        string hint = Nearest(name) is { } meant ? $"; '{meant}' may be meant" : "";
        string shown = name.Length > 100 ? $"{name[..100]}…" : name;
        return $"'{shown}' is not a setting{hint}. The settings are {string.Join(" and ", Keys.Select(key => $"'{key}'"))}";
    }

    private static string? FaultOfIdentity(JsonEntry entry, string[] steps) => entry.Kind switch
    {
        _ when steps.Length > 1 => null, // what is in a group is not looked at; the group itself is a fault
        JsonTokenType.Null => null,
        JsonTokenType.String when entry.Text is "" => $"'{steps[0]}' is empty; leave it out, or give the name of a file",
        JsonTokenType.String => null,
        _ => $"'{steps[0]}' takes the name of a file, in quotes",
    };

    private static string? FaultOfPoints(JsonEntry entry, string[] steps) => (steps.Length, entry.Kind) switch
    {
        (1, JsonTokenType.StartArray or JsonTokenType.Null) => null,
        (1, _) => $"'{steps[0]}' takes a list of addresses, each in quotes: [ \"…\" ]",
        (2, JsonTokenType.String) when entry.Text is "" => $"'{steps[0]}' has an empty address; leave it out",
        (2, JsonTokenType.String) => null,
        (2, _) => $"'{steps[0]}' takes a list of addresses, each in quotes",
        _ => null,
    };
}
