using Akka.Remote.Transport;
using RendezvousCluster.Chaos;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Cluster.Tests.Runs;
using RendezvousCluster.Testing;
using static Akka.Remote.Transport.ThrottleTransportAdapter;

namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>
/// Lets nodes and the network between them go wrong, one fault at a time, mends it, and waits until every node is ready again.
/// </summary>
/// <param name="cluster">What is hit.</param>
/// <param name="seed">What random losses follow from.</param>
/// <param name="recorder">Where it is written down.</param>
internal sealed class NodeFaultInjector(InProcessCluster cluster, int seed, HistoryRecorder recorder)
{
    // Bytes a second, in each direction: about what the nodes have to tell one another, so that a queue builds up.
    private const int SlowRate = 30_000;
    private const int SlowBurst = 8_000;

    private const double LeastLoss = 0.05;
    private const double LossSpread = 0.25;

    private static readonly TimeSpan PutOutTimeout = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan BlinkLength = TimeSpan.FromMilliseconds(700);

    // About as long as nodes are patient with one another: some are put out by it, some are not.
    private static readonly TimeSpan ShortestFault = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FaultSpread = TimeSpan.FromSeconds(2);

    /// <summary>Lets a fault happen, from its beginning until all is well again.</summary>
    public async Task InjectAsync(NodeFault fault)
    {
        long from = recorder.Now;
        ClusterSlot node = cluster.Slots[fault.Node];
        Task putOut = node.Ended;
        await BeginAsync(fault, node);
        if (fault.Kind == NodeFaultKind.CutOff)
        {
            await putOut.Within(PutOutTimeout, $"node {node.Index} to be put out");
            await Eventually.EqualAsync(
                true, () => cluster.Slots.All(slot => slot.HasEnded || slot.Members < InProcessCluster.Size), PutOutTimeout);
        }
        else if (fault.Kind != NodeFaultKind.Leave)
        {
            await Schedule.PassAsync(fault.Kind == NodeFaultKind.Blink ? BlinkLength : ShortestFault + (FaultSpread * fault.Length));
        }

        long to = recorder.Now;
        await MendAsync();
        await cluster.ReadyAsync();

        // Nobody here can tell whether it was replaced meanwhile without knowing it; it knows when it is ready. A node that leaves hands
        // over, and no other node suspects it.
        foreach (ClusterSlot hit in fault.Kind == NodeFaultKind.Torn ? new[] { node, Next(node) } : [node])
        {
            recorder.Add(new FaultEvent(FaultKind.Network, hit.Index, from, to, fault.Kind == NodeFaultKind.Leave ? from : recorder.Now));
        }
    }

    private ClusterSlot Next(ClusterSlot node) => cluster.Slots[(node.Index + 1) % cluster.Slots.Count];

    private Task BeginAsync(NodeFault fault, ClusterSlot node)
    {
        ClusterSlot[] others = [.. cluster.Slots.Where(slot => slot != node)];
        return fault.Kind switch
        {
            NodeFaultKind.CutOff or NodeFaultKind.Blink => AtBothEndsAsync(node, others, Direction.Both, Blackhole.Instance),
            NodeFaultKind.Deaf => AtBothEndsAsync(node, others, Direction.Receive, Blackhole.Instance),
            NodeFaultKind.Mute => AtBothEndsAsync(node, others, Direction.Send, Blackhole.Instance),
            NodeFaultKind.Torn => AtBothEndsAsync(node, [Next(node)], Direction.Both, Blackhole.Instance),
            NodeFaultKind.Slow => AtBothEndsAsync(node, others, Direction.Both, new TokenBucket(SlowBurst, SlowRate, 0, 0)),
            NodeFaultKind.Leave => node.LeaveAsync(),
            NodeFaultKind.Lossy => LoseAsync(node, LeastLoss + (LossSpread * fault.Length)),
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, "There is no such fault."),
        };
    }

    // One end sends, and the other one receives.
    private static async Task AtBothEndsAsync(ClusterSlot node, IEnumerable<ClusterSlot> others, Direction direction, ThrottleMode mode)
    {
        Direction opposite = direction switch { Direction.Send => Direction.Receive, Direction.Receive => Direction.Send, _ => direction };
        foreach (ClusterSlot other in others)
        {
            await node.ThrottleAsync(other, direction, mode);
            await other.ThrottleAsync(node, opposite, mode);
        }
    }

    private Task LoseAsync(ClusterSlot node, double share)
    {
        node.Lose(share, seed);
        return Task.CompletedTask;
    }

    private async Task MendAsync()
    {
        foreach (ClusterSlot node in cluster.Slots)
        {
            node.Lose(0, seed);
            foreach (ClusterSlot other in cluster.Slots.Where(slot => slot != node))
            {
                await node.ThrottleAsync(other, Direction.Both, Unthrottled.Instance);
            }
        }
    }
}
