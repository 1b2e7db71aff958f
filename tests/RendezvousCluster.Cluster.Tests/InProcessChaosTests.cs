using RendezvousCluster.Cluster.Tests.Faults;
using RendezvousCluster.Cluster.Tests.Runs;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing;
using Xunit.Abstractions;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>
/// Level 2 of the chaos runs: three nodes in this process, a journal that fails, stalls and repeats itself, and nodes that leave or whose
/// network is cut, slow and lossy, both on schedules that follow from a seed; callers at every node; and the checker of the runs with real
/// processes.
/// </summary>
[TakesSeconds(72)]
public sealed class InProcessChaosTests(TestPostgres server, ITestOutputHelper output) : InProcessTests(server, output)
{
    private const int NodeFaults = 3;

    /// <summary>Three, or the one to replay.</summary>
    public static TheoryData<int> Seeds =>
        Environment.GetEnvironmentVariable("TEST_SEED") is { Length: > 0 } text ? new(int.Parse(text)) : new(FixedSeeds);

    private static int[] FixedSeeds => [1, 2, 3];

    [Fact]
    public void The_fixed_seeds_bring_everything_that_can_happen_to_a_node() => Assert.Equal(
        Enum.GetValues<NodeFaultKind>(),
        FixedSeeds.SelectMany(seed => NodeFaultPlan.For(seed, NodeFaults, InProcessCluster.Size)).Select(fault => fault.Kind).Distinct()
            .Order());

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task All_promises_are_kept_under_faults_of_journal_and_network(int seed)
    {
        InProcessResult result = await RunAsync(new InProcessSettings { Seed = seed, NodeFaults = NodeFaults });

        Assert.True(result.Chaos.Violations.Count == 0, result.ToString());
        Assert.Equal(Enum.GetValues<JournalFaultKind>(), result.Journal.Keys.Order());
        Assert.Equal(NodeFaults, result.Nodes.Count);
    }
}
