using System.Globalization;
using RendezvousCluster.Chaos.Checking;
using RendezvousCluster.Chaos.Faults;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Chaos.Network;
using RendezvousCluster.Chaos.Runs;

namespace RendezvousCluster.Chaos;

/// <summary>
/// <c>--seed 7 --minutes 10 --faults kill,term</c> runs a seed for ten minutes; <c>--seeds 3</c> runs three, one after the other. <c>--check file</c> judges a history again.
/// </summary>
internal sealed class ChaosCommand(TextWriter output)
{
    private const string Usage =
        "Usage: [--seed <number>] [--seeds <how many>] [--minutes <number>] [--faults <kind,kind,...>] [--detection fast|calm] [--probes on|off] | --check <history>";

    /// <summary>Runs the command.</summary>
    /// <returns>0 when all promises were kept, 1 when not, 2 when the arguments make no sense.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        if (!TryRead(arguments, out Dictionary<string, string> options)
            || !TryReadNumber(options, "--seed", Environment.TickCount & int.MaxValue, out int seed)
            || !TryReadNumber(options, "--seeds", 1, out int seeds)
            || !TryReadNumber(options, "--minutes", 0, out int minutes)
            || !TryReadKinds(options, out FaultKind[] kinds)
            || options.GetValueOrDefault("--detection", "fast") is not ("fast" or "calm")
            || options.GetValueOrDefault("--probes", "off") is not ("on" or "off"))
        {
            await output.WriteLineAsync($"{Usage}\nKinds: {string.Join(", ", FaultPlan.Names.Keys)}");
            return 2;
        }

        if (options.TryGetValue("--check", out string? path))
        {
            return await TellAsync(new ChaosResult(await HistoryFile.LoadAsync(path), HistoryChecker.Check(await HistoryFile.LoadAsync(path)), [], []));
        }

        if (NetworkFaults.NeedNamespaces(kinds) && await NamespaceNetwork.WhyNotAsync() is { } reason)
        {
            await output.WriteLineAsync(reason);
            if (options.ContainsKey("--faults"))
            {
                return 2;
            }

            await output.WriteLineAsync("The faults of the network are left out.");
            kinds = [.. kinds.Where(kind => !NetworkFaults.NeedNamespaces([kind]))];
        }

        int worst = 0;
        for (int number = seed; number < seed + seeds; number++)
        {
            var settings = new ChaosSettings
            {
                Seed = number,
                Duration = TimeSpan.FromMinutes(minutes),
                Kinds = kinds,
                FailureDetection = options.GetValueOrDefault("--detection", "fast"),
                Probes = options.GetValueOrDefault("--probes", "off") == "on",
            };
            worst = Math.Max(worst, await TellAsync(await new ChaosRun(settings, output.WriteLine).RunAsync()));
        }

        return worst;
    }

    private async Task<int> TellAsync(ChaosResult result)
    {
        await output.WriteLineAsync(result.ToString());
        return result.Violations.Count == 0 ? 0 : 1;
    }

    private static bool TryRead(string[] arguments, out Dictionary<string, string> options)
    {
        options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int at = 0; at < arguments.Length; at += 2)
        {
            if (arguments[at] is not ("--seed" or "--seeds" or "--minutes" or "--faults" or "--detection" or "--probes" or "--check") || at + 1 == arguments.Length)
            {
                return false;
            }

            options[arguments[at]] = arguments[at + 1];
        }

        return true;
    }

    private static bool TryReadNumber(Dictionary<string, string> options, string name, int otherwise, out int number)
    {
        number = otherwise;
        return !options.TryGetValue(name, out string? text) || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static bool TryReadKinds(Dictionary<string, string> options, out FaultKind[] kinds)
    {
        string[] names = options.TryGetValue("--faults", out string? text) ? text.Split(',') : [.. FaultPlan.Names.Keys];
        kinds = [.. names.Where(FaultPlan.Names.ContainsKey).Select(name => FaultPlan.Names[name])];
        return kinds.Length == names.Length;
    }
}
