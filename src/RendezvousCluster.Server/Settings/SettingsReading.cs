using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Settings;

/// <summary>The settings of all places together: what holds, where each value is from, and everything that is wrong with them.</summary>
internal sealed class SettingsReading
{
    private readonly Dictionary<string, SettingOrigin> _origins = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _faulty = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _faults = [];

    private SettingsReading()
    {
    }

    /// <summary>The settings, without the values that cannot be read.</summary>
    public ServerOptions Options { get; } = new();

    /// <summary>What is wrong with single values and keys, a sentence each, with the place.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Reads all values of some places.</summary>
    public static SettingsReading Of(SettingSources sources)
    {
        var reading = new SettingsReading();
        reading._faults.AddRange(sources.Faults);
        var merged = new Dictionary<string, GivenSetting>(StringComparer.OrdinalIgnoreCase);
        foreach (SettingLayer layer in sources.Layers)
        {
            var sorted = new LayerSorting(reading._faults, reading._faulty);
            foreach (GivenValue value in layer.Values)
            {
                sorted.Add(value);
            }

            foreach ((Setting setting, GivenSetting given) in sorted.Settings)
            {
                merged[setting.Key] = merged.TryGetValue(setting.Key, out GivenSetting? below) ? given.Over(below) : given;
            }
        }

        foreach ((string key, GivenSetting given) in merged)
        {
            reading.Take(SettingTable.Get(key), given);
        }

        return reading;
    }

    /// <summary>Where a setting was given; null when it was not, and has its default.</summary>
    public SettingOrigin? OriginOf(string key) => _origins.GetValueOrDefault(key);

    /// <summary>Everything that is wrong: values by themselves, and those that do not go together.</summary>
    public IReadOnlyList<string> Check() =>
    [
        .. _faults,
        .. from fault in ServerRules.Check(Options)
           where !fault.Keys.Any(_faulty.Contains) // a sentence about a value that was left out would be about the default
           select fault.Sentence + Places(fault.Keys),
    ];

    private string Places(string[] keys)
    {
        string[] given =
        [
            .. from key in keys
               let origin = OriginOf(key)
               where origin is { Kind: not OriginKind.Option }
               select $"{key}: {origin}",
        ];
        return given.Length == 0 ? "" : $" ({string.Join("; ", given)})";
    }

    private void Take(Setting setting, GivenSetting given)
    {
        GivenValue[] values = [.. given.Values];
        object[] read = [.. values.Select(value => Read(setting, value)).OfType<object>()];
        if (read.Length < values.Length)
        {
            _faulty.Add(setting.Key);
            return;
        }

        if (given.Origin is { } origin && !given.IsDefault)
        {
            _origins[setting.Key] = origin;
            setting.Set(Options, setting.Type.IsList ? read.Cast<string>().ToArray() : read.Single());
        }
    }

    private object? Read(Setting setting, GivenValue given)
    {
        SettingType type = setting.Type is ListType list ? list.Item : setting.Type;
        string called = given.Origin.Called(given.Path, setting.Key);
        string text = given.Text ?? "";
        string shown = setting.IsSecret ? "…" : text.Length > 100 ? $"{text[..100]}…" : text;
        if (text.Length == 0)
        {
            _faults.Add($"{called} is empty; leave it out, or give {type.Noun}.");
        }
        else if (!type.TryRead(text, out object value))
        {
            _faults.Add($"{called} is '{shown}', and has to be {type.Noun}.");
        }
        else if (type.Refuse(value) is { } refusal)
        {
            _faults.Add($"{called} is {(type is TextType ? $"'{shown}'" : shown)}; {refusal}.");
        }
        else
        {
            return value;
        }

        return null;
    }
}
