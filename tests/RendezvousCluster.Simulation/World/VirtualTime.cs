namespace RendezvousCluster.Simulation.World;

/// <summary>
/// What is to happen, in order of time, and of two things at the same millisecond in the order in which they were asked for. Time jumps
/// from one to the next.
/// </summary>
internal sealed class VirtualTime
{
    private readonly PriorityQueue<Scheduled, Moment> _queue = new();
    private long _order;

    /// <summary>Milliseconds since the beginning.</summary>
    public long Now { get; private set; }

    /// <summary>How many things have happened.</summary>
    public long Steps { get; private set; }

    /// <summary>Plans something that is bound to no node: messages on their way, the journal, the plan itself.</summary>
    public void After(long delay, Action action) => Add(Now + delay, new Scheduled(null, 0, action));

    /// <summary>Plans something that a node does: not if it has died since, and later if it stands still.</summary>
    public void After(long delay, SimulatedNode node, Action action) => Add(Now + delay, new Scheduled(node, node.Generation, action));

    /// <summary>Does the next thing, unless it is later than that.</summary>
    /// <returns>False when nothing is left to do until then; it is then that time.</returns>
    public bool Step(long until)
    {
        while (_queue.TryPeek(out Scheduled next, out Moment moment) && moment.At <= until)
        {
            _queue.Dequeue();
            Now = moment.At;
            if (next.Node is { } node)
            {
                if (node.Generation != next.Generation)
                {
                    continue;
                }

                if (node.PausedUntil > Now)
                {
                    _queue.Enqueue(next, moment with { At = node.PausedUntil });
                    continue;
                }
            }

            Steps++;
            next.Action();
            return true;
        }

        Now = Math.Max(Now, until);
        return false;
    }

    private void Add(long at, Scheduled scheduled) => _queue.Enqueue(scheduled, new Moment(at, _order++));

    private readonly record struct Scheduled(SimulatedNode? Node, int Generation, Action Action);

    private readonly record struct Moment(long At, long Order) : IComparable<Moment>
    {
        public int CompareTo(Moment other) => At != other.At ? At.CompareTo(other.At) : Order.CompareTo(other.Order);
    }
}
