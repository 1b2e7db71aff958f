using Akka.Remote.Transport;
using RendezvousCluster.Chaos;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Cluster.Tests.Faults;
using RendezvousCluster.Cluster.Tests.Runs;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>
/// A node decides with those whom it hears, so it has to miss all whom it is cut off from at about the same time. If it missed one of two
/// some seconds before the other, it would put that one out with the other's assumed consent, be half of what is left, and go on as a
/// cluster of its own.
/// </summary>
[TakesSeconds(32)]
public sealed class SplitBrainTests(TestPostgres server) : IClassFixture<TestPostgres>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Hiccup = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan HeardAgain = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_node_that_is_cut_off_ends_though_it_did_not_hear_all_the_others_as_well_before()
    {
        var recorder = new HistoryRecorder();
        using var journal = new JournalFaults(0, [], _ => { });
        await using var cluster =
            new InProcessCluster(server, journal, PlantedBug.None, recorder, new RunLog()) { HeartbeatPause = Pause };
        await cluster.StartAsync();
        ClusterSlot first = cluster.Slots.MinBy(slot => slot.Address.Port)!; // of two that are left this one may go on
        ClusterSlot other = cluster.Slots.First(slot => slot != first);

        await first.ThrottleAsync(other, ThrottleTransportAdapter.Direction.Both, Blackhole.Instance);
        await Schedule.PassAsync(Hiccup);
        await first.ThrottleAsync(other, ThrottleTransportAdapter.Direction.Both, Unthrottled.Instance);
        await Schedule.PassAsync(HeardAgain);
        await cluster.ReadyAsync();

        // Waits until it has ended, and the others have put it out.
        await new NodeFaultInjector(cluster, seed: 0, recorder).InjectAsync(new NodeFault(NodeFaultKind.CutOff, first.Index, Length: 0));

        Assert.All(cluster.Slots, slot => Assert.Equal(InProcessCluster.Size, slot.Members));
    }
}
