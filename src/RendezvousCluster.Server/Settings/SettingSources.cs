using System.Collections;
using System.Text.Json;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Settings;

namespace RendezvousCluster.Server.Settings;

/// <summary>
/// Where settings are given, each place laid over the one before: <c>appsettings.json</c> beside the program, the one in the working
/// directory, the file that <c>--config</c> names, environment variables, and the command line's options.
/// </summary>
internal sealed class SettingSources
{
    private const string UsualFile = "appsettings.json";
    private const string VariableDelimiter = "__";

    private readonly List<SettingLayer> _layers = [];
    private readonly List<string> _faults = [];

    /// <summary>The places, the last one laid over all others.</summary>
    public IReadOnlyList<SettingLayer> Layers => _layers;

    /// <summary>Why a place cannot be read, or may not hold what its author thinks.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>All places but the command line.</summary>
    /// <param name="file">The file of <c>--config</c>, which must be there; null for none.</param>
    /// <param name="environment">Variables by name.</param>
    public static SettingSources Read(string? file, IDictionary environment)
    {
        var sources = new SettingSources();
        string[] usual = [.. new[] { Path.Combine(AppContext.BaseDirectory, UsualFile), Path.GetFullPath(UsualFile) }.Distinct()];
        foreach (string path in usual.Where(File.Exists))
        {
            sources.AddFile(path, isNamed: false);
        }

        if (file is not null)
        {
            sources.AddFile(Path.GetFullPath(file), isNamed: true);
        }

        sources.AddEnvironment(environment);
        return sources;
    }

    /// <summary>Lays another place over them.</summary>
    public SettingSources With(SettingLayer layer)
    {
        _layers.Add(layer);
        return this;
    }

    /// <summary>
    /// Adds a file. One that an operator named must have the section; another program's, in the same directory, need not.
    /// </summary>
    internal void AddFile(string file, bool isNamed)
    {
        if (SettingsFile.Read(file, out string? unreadable) is not { } bytes)
        {
            _faults.Add(unreadable!);
            return;
        }

        JsonSettings json = JsonSettings.Read(bytes);
        if (json.Syntactic is { } fault)
        {
            // The parser notices a missing comma only at what comes next.
            _faults.Add($"The file '{file}' is not a JSON file of settings: {fault.Reason}, at line {fault.Line} or just before it.");
            return;
        }

        _faults.AddRange(json.Twice.Select(twice => $"The file '{file}', line {twice.Line}: {twice.Reason}."));
        CheckSections(file, json, isNamed);
        _layers.Add(new SettingLayer(
        [
            .. json.Entries.Select(entry => new GivenValue(
                entry.Path, entry.Text, new SettingOrigin(OriginKind.File, file, entry.Line), ShapeOf(entry.Kind))),
        ]));
    }

    /// <summary>Adds the variables that are settings, or look as if they were meant to be.</summary>
    internal void AddEnvironment(IDictionary environment)
    {
        var values = new List<GivenValue>();
        foreach (string name in environment.Keys.Cast<string>().Order(StringComparer.Ordinal))
        {
            string path = name.Replace(VariableDelimiter, ConfigurationPath.KeyDelimiter, StringComparison.Ordinal);
            string section = path.Split(ConfigurationPath.KeyDelimiter)[0];
            if (section.Equals(ServerOptions.Section, StringComparison.OrdinalIgnoreCase) && section.Length < path.Length)
            {
                values.Add(new GivenValue(path, (string?)environment[name], new SettingOrigin(OriginKind.Variable, name)));
            }
            else if (section.Length < path.Length && IsLikeTheSection(section))
            {
                _faults.Add(
                    $"The environment variable {name} is not a setting: its name begins with '{section}'; "
                    + $"'{ServerOptions.Section}' may be meant.");
            }
        }

        _layers.Add(new SettingLayer(values));
    }

    private void CheckSections(string file, JsonSettings json, bool isNamed)
    {
        JsonEntry[] sections = [.. json.Entries.Where(entry => !entry.Path.Contains(':', StringComparison.Ordinal))];
        JsonEntry[] misspelt = [.. sections.Where(section => IsLikeTheSection(section.Path))];
        bool isThere = json.Entries.Any(entry => IsTheSection(entry.Path.Split(':')[0]));
        foreach (JsonEntry section in misspelt)
        {
            _faults.Add(
                $"The section '{section.Path}' in '{file}', line {section.Line}, is not read; '{ServerOptions.Section}' may be meant.");
        }

        if (isNamed && !isThere && misspelt.Length == 0)
        {
            string hint = sections.FirstOrDefault(section =>
                SettingTable.NamesIn("")!.Contains(section.Path, StringComparer.OrdinalIgnoreCase))
                is { } bare ? $", and '{bare.Path}' in line {bare.Line} belongs into it" : "";
            _faults.Add($"The file '{file}' has no section '{ServerOptions.Section}', where all settings are{hint}.");
        }
    }

    private static bool IsTheSection(string name) => name.Equals(ServerOptions.Section, StringComparison.OrdinalIgnoreCase);

    // Three letters: one left out, one twice, one wrong.
    private static bool IsLikeTheSection(string name) =>
        !IsTheSection(name) && name.Length < 2 * ServerOptions.Section.Length && Spelling.Slips(name, ServerOptions.Section) <= 3;

    private static GivenShape ShapeOf(JsonTokenType kind) => kind switch
    {
        JsonTokenType.StartObject => GivenShape.Object,
        JsonTokenType.StartArray => GivenShape.List,
        _ => GivenShape.Value,
    };
}
