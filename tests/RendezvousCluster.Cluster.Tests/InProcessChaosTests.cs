using RendezvousCluster.Chaos.Checking;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Cluster.Tests.Faults;
using RendezvousCluster.Cluster.Tests.Runs;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using Xunit.Abstractions;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>
/// Level 2 of the chaos runs: three nodes in this process, a journal that fails, stalls and repeats itself, and nodes that leave or whose network is cut,
/// slow and lossy, both on schedules that follow from a seed; callers at every node; and the checker of the runs with real processes.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class InProcessChaosTests(TestPostgres server, ITestOutputHelper output)
{
    private const int NodeFaults = 3;

    // Of a run in which a namespace did not answer for so long, in milliseconds, the history is kept too.
    private const long RemarkableGap = 10_000;

    /// <summary>Three, or the one to replay.</summary>
    public static TheoryData<int> Seeds => Environment.GetEnvironmentVariable("TEST_SEED") is { Length: > 0 } text ? new(int.Parse(text)) : new(FixedSeeds);

    private static int[] FixedSeeds => [1, 2, 3];

    [Fact]
    public void The_fixed_seeds_bring_everything_that_can_happen_to_a_node() => Assert.Equal(
        Enum.GetValues<NodeFaultKind>(),
        FixedSeeds.SelectMany(seed => NodeFaultPlan.For(seed, NodeFaults, InProcessCluster.Size)).Select(fault => fault.Kind).Distinct().Order());

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task All_promises_are_kept_whatever_journal_and_network_do(int seed)
    {
        InProcessResult result = await RunAsync(new InProcessSettings { Seed = seed, NodeFaults = NodeFaults });

        Assert.True(result.Chaos.Violations.Count == 0, result.ToString());
        Assert.Equal(Enum.GetValues<JournalFaultKind>(), result.Journal.Keys.Order());
        Assert.Equal(NodeFaults, result.Nodes.Count);
    }

    [Fact]
    public async Task A_journal_without_the_fence_is_found() => Assert.Contains(
        (await RunAsync(Planted(PlantedBug.NoFence) with { Journal = [JournalFaultKind.Twice, JournalFaultKind.Late] })).Chaos.Violations,
        violation => violation is { Invariant: Invariant.OneWriter } && violation.Text.Contains("is there twice", StringComparison.Ordinal));

    [Fact]
    public async Task A_registry_that_acknowledges_before_the_commit_is_found() => Assert.Contains(
        (await RunAsync(Planted(PlantedBug.EarlyReply) with { Journal = [JournalFaultKind.Lost, JournalFaultKind.Slow] })).Chaos.Violations,
        violation => violation.Invariant is Invariant.AcknowledgedIsFound or Invariant.FoundEverywhere);

    [Fact]
    public async Task Several_owners_of_one_namespace_are_found() => Assert.Contains(
        (await RunAsync(Planted(PlantedBug.ThreeOwners))).Chaos.Violations,
        violation => violation.Invariant is Invariant.AcknowledgedIsFound or Invariant.FoundEverywhere);

    // Nothing else goes wrong, so that what is found is the bug; and a namespace that will never answer is not waited for.
    private static InProcessSettings Planted(PlantedBug bug)
    {
        SeededRandom.Create(out int seed);
        return new InProcessSettings { Seed = seed, Bug = bug, Journal = [], Busy = TimeSpan.FromSeconds(3), ConfirmLimit = TimeSpan.FromSeconds(5) };
    }

    private async Task<InProcessResult> RunAsync(InProcessSettings settings)
    {
        Tell($"TEST_SEED={settings.Seed}");
        var run = new InProcessRun(settings, server, Tell);
        bool isToBeKept = true;
        string path = Path.Combine(Path.GetTempPath(), $"level2-{settings.Seed}.log");
        try
        {
            InProcessResult result = await run.RunAsync();
            Tell(result.ToString());
            isToBeKept = settings.Bug == PlantedBug.None && (result.Chaos.Violations.Count > 0 || result.Chaos.Gaps[0].Length > RemarkableGap);
            if (isToBeKept)
            {
                await HistoryFile.SaveAsync(result.Chaos.History, Path.ChangeExtension(path, ".json"));
            }

            return result;
        }
        finally
        {
            if (isToBeKept)
            {
                await File.WriteAllLinesAsync(path, run.Log);
                Tell($"what the nodes said is in {path}, the history beside it in .json if the run came to its end");
            }
        }
    }

    private void Tell(string line)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }
}
