using RendezvousCluster.Chaos.Checking;
using RendezvousCluster.Chaos.Cluster;
using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Runs;

/// <summary>What a run leaves behind: right after it, and when everything has expired.</summary>
internal sealed class Aftermath(ChaosCluster cluster, NodeSettings settings, HistoryRecorder recorder, Action<string> tell)
{
    private const string Registrations = "rendezvous_registry_registrations";

    // Beyond what the settings say: a janitor that moved begins anew, and the machine may be loaded.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);

    private readonly List<Violation> _violations = [];

    /// <summary>How far journals were kept short when the clients had ended.</summary>
    public UpkeepCount? Upkeep { get; private set; }

    /// <summary>The promises that are broken by what was found.</summary>
    public IReadOnlyList<Violation> Violations => _violations;

    /// <summary>Looks at the journals when the clients have ended.</summary>
    public async Task LookAsync()
    {
        _violations.AddRange(JournalChecker.Check(await cluster.Tables.JournalAsync(), recorder.Now));
        Upkeep = await cluster.Tables.UpkeepAsync();
    }

    /// <summary>Waits until nothing is left, or for as long as that may take.</summary>
    public async Task WaitForNothingAsync()
    {
        long end = recorder.Now + (long)(settings.UntilNothingIsLeft + Slack).TotalMilliseconds;
        tell($"{recorder.Now,9} ms  nobody asks for anything any more; nothing may be left by {end}");
        IReadOnlyList<Leftover> leftovers = await cluster.Tables.LeftoversAsync();
        while (leftovers.Count > 0 && recorder.Now < end)
        {
            await Schedule.PassAsync(LookInterval);
            leftovers = await cluster.Tables.LeftoversAsync();
        }

        _violations.AddRange(BaselineChecker.Check(leftovers, (long)await cluster.SumAsync(Registrations), recorder.Now));
        tell($"{recorder.Now,9} ms  {leftovers.Count} namespaces have left something");
    }
}
