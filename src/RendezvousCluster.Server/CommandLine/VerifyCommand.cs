using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Verification;
using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Server.CommandLine;

/// <summary>
/// <c>rendezvous-server verify</c>: reads all that the registry keeps, and says what is missing or damaged, in the words of the server. It
/// takes the same options, so that it looks where the server would.
/// </summary>
internal static class VerifyCommand
{
    /// <summary>The sub-command; it takes the server's own options.</summary>
    public static Command Create(SettingOptions options)
    {
        var command = new Command(
            "verify",
            "Read all events and snapshots, and say what is missing or damaged, a line each; exit code 0 if nothing is, else 1. A server "
            + "that keeps its data in files has to be stopped.");
        foreach (Option option in options.All)
        {
            command.Add(option);
        }

        command.SetAction((result, cancellationToken) => RunAsync(SettingsReading.Of(options.Read(result)), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(SettingsReading settings, CancellationToken cancellationToken)
    {
        if (settings.Check() is { Count: > 0 } faults)
        {
            return await ProgramEnd.FailAsync(string.Join(' ', faults));
        }

        if (!settings.Options.IsRegistry || !settings.Options.StorageOrDefault.OutlivesProcess())
        {
            return await ProgramEnd.FailAsync("With these settings nothing is kept that could be verified.");
        }

        if (!settings.Options.StorageOrDefault.NeedsConnectionString() && !Directory.Exists(settings.Options.DataDirectory))
        {
            return await ProgramEnd.FailAsync($"There is no data directory '{settings.Options.DataDirectory}'.");
        }

        try
        {
            var registry = new RegistryOptions();
            StorePlace.Apply(settings.Options, registry, NullLogger.Instance);
            return await RegistryVerification.RunAsync(registry, Tell, cancellationToken) ? ProgramEnd.Success : ProgramEnd.Failure;
        }
        catch (Exception exception) when (ServerHost.IsStartFailure(exception))
        {
            return await ProgramEnd.FailAsync(exception.Message);
        }
    }

    private static void Tell(string line) =>
        Console.Out.WriteLine(VisibleText.Of(line.ReplaceLineEndings(" "), VisibleConsole.MaxMessageLength));
}
