using RendezvousCluster.Chaos.History;
using RendezvousCluster.Chaos.Network;
using RendezvousCluster.Chaos.Runs;
using RendezvousCluster.Testing;
using Xunit.Abstractions;

namespace RendezvousCluster.Chaos;

/// <summary>The short form: one seed, a few faults. <c>scripts/chaos</c> is the long one.</summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    // The promise is five seconds, on a machine that is not loaded; here it is that everything answers again, however slow the machine is.
    private const long LongestGap = 60_000;

    [Fact]
    public async Task All_promises_are_kept_under_faults()
    {
        SeededRandom.Create(out int seed);
        var settings = new ChaosSettings
        {
            Seed = seed,
            Kinds = [FaultKind.Kill, FaultKind.Term, FaultKind.DatabaseKill, FaultKind.DatabaseStall, .. await CutAsync()],
        };

        ChaosResult result = await new ChaosRun(settings, output.WriteLine).RunAsync();

        output.WriteLine(result.ToString());
        Console.WriteLine(result);
        Assert.True(result.Violations.Count == 0, result.ToString());
        Assert.Empty(result.UncleanStops);
        Assert.True(result.HasCompacted, result.ToString());
        Assert.True(result.JudgedByQuota > 0, result.ToString());
        Assert.True(result.Gaps[0].Length < LongestGap, result.ToString());
    }

    // Where no network can be cut, the rest is still worth a run.
    private static async Task<FaultKind[]> CutAsync() => await NamespaceNetwork.WhyNotAsync() is null ? [FaultKind.Split] : [];
}
