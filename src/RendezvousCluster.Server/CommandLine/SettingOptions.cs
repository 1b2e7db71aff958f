using System.CommandLine;
using System.CommandLine.Parsing;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Server.CommandLine;

/// <summary>The options of the command line, made from the table of settings, and what was given for them.</summary>
internal sealed class SettingOptions
{
    private readonly (Setting Setting, Option Option)[] _options =
        [.. SettingTable.All.Where(setting => setting.Options.Length > 0).Select(setting => (setting, Create(setting)))];

    /// <summary>The file with more settings, which is not a setting itself.</summary>
    public Option<string> Config { get; } = new("--config")
    {
        Description = "A JSON file with more settings (section Rendezvous), laid over those of appsettings.json. [default: none]",
        HelpName = "file",
    };

    /// <summary>All of them, in the order of the table.</summary>
    public IEnumerable<Option> All => _options.Select(option => option.Option).Prepend(Config);

    /// <summary>The option of a setting.</summary>
    public Option OptionOf(string key) => _options.Single(option => option.Setting.Key == key).Option;

    /// <summary>All places of settings, with the options that were given over the others.</summary>
    public SettingSources Read(ParseResult result) =>
        SettingSources.Read(result.GetValue(Config), Environment.GetEnvironmentVariables()).With(Given(result));

    private SettingLayer Given(ParseResult result) =>
        new([.. _options.SelectMany(option => Given(option.Setting, result.GetResult(option.Option)))]);

    private static IEnumerable<GivenValue> Given(Setting setting, OptionResult? result)
    {
        if (result is not { Implicit: false })
        {
            yield break;
        }

        string path = SettingTable.PathOf(setting.Key);
        var origin = new SettingOrigin(OriginKind.Option, setting.Options[0]);
        if (setting.Type.IsList)
        {
            yield return new GivenValue(path, null, origin, GivenShape.List);
        }

        for (int item = 0; item < result.Tokens.Count; item++)
        {
            yield return new GivenValue(setting.Type.IsList ? $"{path}:{item}" : path, result.Tokens[item].Value, origin);
        }

        if (result.Tokens.Count == 0 && setting.Type is FlagType)
        {
            yield return new GivenValue(path, "true", origin);
        }
    }

    private static Option Create(Setting setting)
    {
        string name = setting.Options[0];
        string[] aliases = setting.Options[1..];
        string description = $"{setting.Help}{Unit(setting)} [default: {setting.DefaultInWords ?? setting.Default}]";
        string value = setting.OptionValue ?? setting.Type.HelpName;
        Option option = setting.Type switch
        {
            FlagType => new Option<bool>(name, aliases) { Description = description },
            ListType => new Option<string[]>(name, aliases)
            {
                Description = description, HelpName = value, AllowMultipleArgumentsPerToken = false,
            },
            _ => new Option<string>(name, aliases) { Description = description, HelpName = value },
        };
        option.Validators.Add(result => Check(setting, result));
        return option;
    }

    private static string Unit(Setting setting) => setting.Type is TimeType ? $" ({setting.Type.Noun}.)" : "";

    // A value of the wrong kind is a usage error; one that is out of bounds is reported like one of a file.
    private static void Check(Setting setting, OptionResult result)
    {
        if (setting.Type.IsList || result.Tokens.Count == 0)
        {
            return;
        }

        string text = result.Tokens[0].Value;
        if (!setting.Type.TryRead(text, out _))
        {
            result.AddError($"{setting.Options[0]} is '{text}', and has to be {setting.Type.Noun}.");
        }
    }
}
