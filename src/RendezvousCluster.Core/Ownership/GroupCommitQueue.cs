namespace RendezvousCluster.Core.Ownership;

// Request path, step 13: queue while a write is in flight.
/// <summary>
/// The commands that wait for the write in flight to end, in order of arrival. Of commands that depend on one another a batch takes only
/// the oldest, so each is decided after the one before it is committed. Such commands are never reordered.
/// </summary>
/// <typeparam name="TCaller">Whom the answer goes to.</typeparam>
/// <typeparam name="TCommand">What waits.</typeparam>
/// <param name="dependence">Which commands depend on one another: those that are equal by it.</param>
/// <param name="maxQueued">How many may wait.</param>
/// <param name="maxBatch">How many a batch takes.</param>
internal sealed class GroupCommitQueue<TCaller, TCommand>(
    IEqualityComparer<TCommand> dependence, int maxQueued = GroupCommitLimits.MaxQueued, int maxBatch = GroupCommitLimits.MaxBatch)
{
    private readonly List<(TCaller Caller, TCommand Command)> _queued = [];
    private readonly HashSet<TCommand> _inBatch = new(dependence);

    /// <summary>How many commands wait.</summary>
    public int Count => _queued.Count;

    /// <summary>Adds a command, unless the queue is full.</summary>
    public bool TryEnqueue(TCaller caller, TCommand command)
    {
        if (_queued.Count >= maxQueued)
        {
            return false;
        }

        _queued.Add((caller, command));
        return true;
    }

    /// <summary>Takes the next batch out, oldest first; empty when nothing waits.</summary>
    public List<(TCaller Caller, TCommand Command)> TakeBatch()
    {
        var batch = new List<(TCaller, TCommand)>(Math.Min(_queued.Count, maxBatch));
        int kept = 0;
        int at = 0;
        for (; at < _queued.Count && batch.Count < maxBatch; at++)
        {
            if (_inBatch.Add(_queued[at].Command))
            {
                batch.Add(_queued[at]);
            }
            else
            {
                _queued[kept++] = _queued[at];
            }
        }

        _queued.RemoveRange(kept, at - kept);
        _inBatch.Clear();
        return batch;
    }

    /// <summary>Takes the callers out of all that waits, oldest first.</summary>
    public List<TCaller> TakeCallers()
    {
        List<TCaller> callers = _queued.ConvertAll(queued => queued.Caller);
        _queued.Clear();
        return callers;
    }
}
