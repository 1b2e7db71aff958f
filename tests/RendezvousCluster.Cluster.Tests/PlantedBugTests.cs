using RendezvousCluster.Chaos.Checking;
using RendezvousCluster.Cluster.Tests.Faults;
using RendezvousCluster.Cluster.Tests.Runs;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using Xunit.Abstractions;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>Level 2 of the chaos runs finds what it is for: here something is wrong on purpose.</summary>
[TakesSeconds(36)]
public sealed class PlantedBugTests(TestPostgres server, ITestOutputHelper output) : InProcessTests(server, output)
{
    [Fact]
    public async Task A_journal_without_the_fence_is_found() => Assert.Contains(
        (await RunAsync(Planted(PlantedBug.NoFence) with { Journal = [JournalFaultKind.Twice, JournalFaultKind.Late] })).Chaos.Violations,
        violation =>
            violation is { Invariant: Invariant.OneWriter } && violation.Text.Contains("is there twice", StringComparison.Ordinal));

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
        return new InProcessSettings
        {
            Seed = seed, Bug = bug, Journal = [], Busy = TimeSpan.FromSeconds(3), ConfirmLimit = TimeSpan.FromSeconds(5),
        };
    }
}
