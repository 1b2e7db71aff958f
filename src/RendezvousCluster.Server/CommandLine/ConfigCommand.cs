using System.CommandLine;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Server.CommandLine;

/// <summary>
/// <c>rendezvous-server config check|show|defaults</c>: what the settings are, and whether a server could start with them, without
/// starting one.
/// </summary>
internal static class ConfigCommand
{
    // A line of a list or a fault; a connection string or a path may be long.
    private const int MaxLineLength = 4 * 1024;

    /// <summary>The sub-commands; the first two take the server's own options.</summary>
    public static Command Create(SettingOptions options)
    {
        var check = new Command("check", "Say everything that is wrong with the settings, a line each; exit code 0 if nothing is, else 1.");
        var show = new Command("show", "Show every setting with the value that holds, and where it is from; secrets are not shown.");
        foreach (Option option in options.All)
        {
            check.Add(option);
            show.Add(option);
        }

        check.SetAction((result, _) => CheckAsync(SettingsReading.Of(options.Read(result)), "The settings can be used."));
        show.SetAction((result, _) => ShowAsync(SettingsReading.Of(options.Read(result))));
        var defaults = new Command("defaults", "Write a settings file with every setting and its default, to begin with.");
        defaults.SetAction(async (_, _) =>
        {
            await Console.Out.WriteAsync(DefaultsFile.Text());
            return ProgramEnd.Success;
        });
        return new Command("config", "Look at the settings.") { check, show, defaults };
    }

    private static async Task<int> CheckAsync(SettingsReading settings, string? praise)
    {
        IReadOnlyList<string> faults = settings.Check();
        foreach (string fault in faults)
        {
            await Console.Error.WriteLineAsync(VisibleText.Of(fault.ReplaceLineEndings(" "), MaxLineLength));
        }

        if (faults.Count == 0 && praise is not null)
        {
            await Console.Out.WriteLineAsync(praise);
        }

        return faults.Count == 0 ? ProgramEnd.Success : ProgramEnd.Failure;
    }

    private static async Task<int> ShowAsync(SettingsReading settings)
    {
        foreach (string line in EffectiveSettings.Lines(settings))
        {
            await Console.Out.WriteLineAsync(VisibleText.Of(line, MaxLineLength));
        }

        return await CheckAsync(settings, praise: null);
    }
}
