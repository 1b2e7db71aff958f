using System.Globalization;
using RendezvousCluster.Chaos.Checking;
using RendezvousCluster.Chaos.Faults;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Chaos.Network;
using RendezvousCluster.Chaos.Runs;

namespace RendezvousCluster.Chaos;

/// <summary>
/// <c>--seed 7 --minutes 10 --faults kill,term</c> runs a seed for ten minutes; <c>--seeds 3</c> runs three, one after the other.
/// <c>--check file</c> judges a history again, <c>--cold 10000</c> wakes so many namespaces.
/// </summary>
/// <param name="output">Where it tells what happens.</param>
/// <param name="run">Runs a seed; null: as it is meant.</param>
internal sealed class ChaosCommand(TextWriter output, Func<ChaosSettings, Task<ChaosResult>>? run = null)
{
    private const string Usage =
        "Usage: [--seed <number>] [--seeds <how many>] [--minutes <number>] [--faults <kind,kind,...>] [--detection fast|calm] [--probes "
        + "on|off] [--to-the-end on|off]"
        + " [--apart <milliseconds>]"
        + " | --check <history> | --cold <namespaces>";

    private static readonly string[] Known =
        ["--seed", "--seeds", "--minutes", "--faults", "--detection", "--probes", "--to-the-end", "--apart", "--check", "--cold"];

    /// <summary>Runs the command.</summary>
    /// <returns>0 when all promises were kept, 1 when not, 2 when the arguments make no sense.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        if (!TryRead(arguments, out Dictionary<string, string> options)
            || !TryReadNumber(options, "--seed", Environment.TickCount & int.MaxValue, out int seed)
            || !TryReadNumber(options, "--seeds", 1, out int seeds)
            || !TryReadNumber(options, "--minutes", 0, out int minutes)
            || !TryReadKinds(options, out FaultKind[] kinds)
            || !TryReadNumber(options, "--cold", 0, out int cold)
            || !TryReadNumber(options, "--apart", 0, out int apart)
            || options.GetValueOrDefault("--detection", "fast") is not ("fast" or "calm")
            || options.GetValueOrDefault("--probes", "off") is not ("on" or "off")
            || options.GetValueOrDefault("--to-the-end", "off") is not ("on" or "off"))
        {
            await output.WriteLineAsync($"{Usage}\nKinds: {string.Join(", ", FaultPlan.Names.Keys)}");
            return 2;
        }

        if (cold > 0)
        {
            ColdResult result = await new ColdRun(new ColdSettings { Namespaces = cold }, output.WriteLine).RunAsync();
            await output.WriteLineAsync(result.ToString());
            return result.IsGood ? 0 : 1;
        }

        if (options.TryGetValue("--check", out string? path))
        {
            return await TellAsync(new ChaosResult(await HistoryFile.LoadAsync(path), Check(await HistoryFile.LoadAsync(path)), [], []));
        }

        string? uncuttable = apart > 0 ? "Between nodes that are apart no way can be cut." : null;
        if (NetworkFaults.NeedNamespaces(kinds) && (uncuttable ?? await NamespaceNetwork.WhyNotAsync()) is { } reason)
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
                RoundTrip = TimeSpan.FromMilliseconds(apart),
                ToTheEnd = options.GetValueOrDefault("--to-the-end", "off") == "on",
            };
            worst = Math.Max(worst, await RunAsync(settings));
        }

        return worst;
    }

    // A seed that does not come to its end has failed, and the next one may still find something.
    private async Task<int> RunAsync(ChaosSettings settings)
    {
        try
        {
            return await TellAsync(await (run ?? (which => new ChaosRun(which, output.WriteLine).RunAsync()))(settings));
        }
        catch (TimeoutException exception)
        {
            await output.WriteLineAsync($"seed {settings.Seed}: DID NOT COME TO ITS END: {exception.Message}");
            return 1;
        }
    }

    private static IReadOnlyList<Violation> Check(RunHistory history) =>
        [.. HistoryChecker.Check(history), .. QuotaChecker.Check(history, out _)];

    private async Task<int> TellAsync(ChaosResult result)
    {
        await output.WriteLineAsync(result.ToString());
        return result is { Violations.Count: 0, HasCompacted: true } ? 0 : 1;
    }

    private static bool TryRead(string[] arguments, out Dictionary<string, string> options)
    {
        options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int at = 0; at < arguments.Length; at += 2)
        {
            if (!Known.Contains(arguments[at]) || at + 1 == arguments.Length)
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
        return !options.TryGetValue(name, out string? text)
            || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static bool TryReadKinds(Dictionary<string, string> options, out FaultKind[] kinds)
    {
        string[] names = options.TryGetValue("--faults", out string? text) ? text.Split(',') : [.. FaultPlan.Names.Keys];
        kinds = [.. names.Where(FaultPlan.Names.ContainsKey).Select(name => FaultPlan.Names[name])];
        return kinds.Length == names.Length;
    }
}
