using System.Globalization;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Settings;

namespace RendezvousCluster.Server.Settings;

/// <summary>
/// Finds the setting of each value that one place gives, and says what is for none: a key that nobody reads, a group where a value should
/// be or the other way round, and the same setting twice.
/// </summary>
internal sealed class LayerSorting(List<string> faults, HashSet<string> faulty)
{
    // No list of ours is longer; a number beyond it is a slip.
    private const int MaxItems = 1_000;

    private readonly Dictionary<Setting, GivenSetting> _settings = [];
    private readonly Dictionary<string, GivenValue> _first = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _told = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What the place gives.</summary>
    public IEnumerable<KeyValuePair<Setting, GivenSetting>> Settings => _settings;

    /// <summary>Sorts one value in.</summary>
    public void Add(GivenValue value)
    {
        string[] steps = value.Path.Split(ConfigurationPath.KeyDelimiter);
        if (!steps[0].Equals(ServerOptions.Section, StringComparison.OrdinalIgnoreCase) || IsBelowFault(steps))
        {
            return;
        }

        for (int known = 1; known <= steps.Length; known++)
        {
            string key = string.Join(':', steps[1..known]);
            if (SettingTable.Find(key) is { } setting)
            {
                AddTo(setting, key, steps[known..], value);
                return;
            }

            if (SettingTable.NamesIn(key) is null || steps[known - 1].Length == 0)
            {
                AddUnknown(string.Join(':', steps[..known]), string.Join(':', steps[1..(known - 1)]), steps[known - 1], value);
                return;
            }
        }

        if (value.Shape == GivenShape.List || (value.Shape == GivenShape.Value && value.Text is not (null or "")))
        {
            _told.Add(value.Path);
            faults.Add($"{value.Origin.Called(value.Path)} is a group of settings, and one value was given.");
        }
    }

    private bool IsBelowFault(string[] steps) =>
        _told.Count > 0 && Enumerable.Range(1, steps.Length).Any(length => _told.Contains(string.Join(':', steps[..length])));

    private void AddTo(Setting setting, string key, string[] below, GivenValue value)
    {
        if (_first.TryAdd(setting.Key, value))
        {
            _settings.Add(setting, new GivenSetting());
        }
        else if (!setting.Type.IsList && below.Length == 0)
        {
            Tell(setting, value, $"{value.Origin.Called(value.Path)} is given twice: also as {Other(value, _first[setting.Key])}.");
            return;
        }

        GivenSetting given = _settings[setting];
        if (setting.Type.IsList)
        {
            AddToList(setting, given, below, value);
        }
        else if (below.Length > 0)
        {
            string called = value.Origin.Called(value.Path);
            Tell(setting, value, $"{called} cannot be: {Last(key)} is {setting.Type.Noun} and no group of settings.");
        }
        else if (value.Shape != GivenShape.Value)
        {
            Tell(setting, value, $"{value.Origin.Called(value.Path)} is {Described(value.Shape)}, and has to be {setting.Type.Noun}.");
        }
        else
        {
            given.Take(value);
        }
    }

    private void AddToList(Setting setting, GivenSetting given, string[] below, GivenValue value)
    {
        string called = value.Origin.Called(value.Path);
        if (below.Length == 0)
        {
            if (value.Shape == GivenShape.List || (value.Shape == GivenShape.Value && value.Text is ""))
            {
                given.TakeWhole(value.Origin);
            }
            else if (value is { Shape: GivenShape.Value, Text: null })
            {
                given.Take(value);
            }
            else
            {
                Tell(setting, value, $"{called} is a list, and one value was given: {value.Origin.ListExample()}.");
            }
        }
        else if (below.Length > 1 || value.Shape != GivenShape.Value)
        {
            Tell(setting, value, $"{called} is {Described(value.Shape)}, and has to be {setting.Type.Noun}.");
        }
        else if (!int.TryParse(below[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number >= MaxItems)
        {
            Tell(setting, value, $"{called} is not an item of a list: its number is '{below[0]}', and they are counted from 0.");
        }
        else if (!given.TryTakeItem(number, value))
        {
            Tell(setting, value, $"{called} is given twice.");
        }
    }

    private void AddUnknown(string path, string section, string name, GivenValue value)
    {
        _told.Add(path);
        faults.Add($"{value.Origin.Called(path)} is not a setting: there is no '{name}'; {Hint(section, name)}.");
    }

    private static string Hint(string section, string name)
    {
        IReadOnlyList<string> names = SettingTable.NamesIn(section)!;
        if (Spelling.Nearest(name, names) is { } near)
        {
            return $"'{near}' may be meant";
        }

        // The right name in the wrong section.
        return SettingTable.Keys.FirstOrDefault(key => Last(key).Equals(name, StringComparison.OrdinalIgnoreCase)) is { } elsewhere
            ? $"'{SettingTable.PathOf(elsewhere)}' may be meant"
            : $"there are {string.Join(", ", names.Order(StringComparer.Ordinal))}";
    }

    // A fault hides the faults below it.
    private void Tell(Setting setting, GivenValue value, string sentence)
    {
        _told.Add(value.Path);
        faulty.Add(setting.Key);
        faults.Add(sentence);
    }

    private static string Last(string key) => key[(key.LastIndexOf(':') + 1)..];

    private static string Described(GivenShape shape) => shape == GivenShape.List ? "a list" : "a group of settings";

    private static string Other(GivenValue value, GivenValue first) => first.Origin.Kind switch
    {
        OriginKind.File when value.Path.Equals(first.Path, StringComparison.OrdinalIgnoreCase) => $"line {first.Origin.Line}",
        OriginKind.File => $"{first.Path}, line {first.Origin.Line}",
        _ => first.Origin.Name,
    };
}
