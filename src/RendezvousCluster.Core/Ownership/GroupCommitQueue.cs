using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Core.Ownership;

// Request path, step 13: queue while a write is in flight.
/// <summary>
/// The commands that wait for the write in flight to end, in order of arrival. A batch takes at most one command per peer: commands of one
/// peer depend on one another, so each is decided after the one before it is committed. Commands of a peer are never reordered.
/// </summary>
internal sealed class GroupCommitQueue<T>(int maxQueued = GroupCommitQueue<T>.DefaultMaxQueued, int maxBatch = GroupCommitQueue<T>.DefaultMaxBatch)
{
    /// <summary>Sixteen full batches, which take well under the second that a front end waits; more would only answer too late.</summary>
    internal const int DefaultMaxQueued = 4096;

    /// <summary>Beyond about 250 rows in a transaction the rate gains nothing and the latency grows.</summary>
    internal const int DefaultMaxBatch = 256;

    private readonly List<(PeerId Peer, T Command)> _queued = [];
    private readonly HashSet<PeerId> _inBatch = [];

    /// <summary>How many commands wait.</summary>
    public int Count => _queued.Count;

    /// <summary>Adds a command, unless the queue is full.</summary>
    public bool TryEnqueue(PeerId peer, T command)
    {
        if (_queued.Count >= maxQueued)
        {
            return false;
        }

        _queued.Add((peer, command));
        return true;
    }

    /// <summary>Takes the next batch out, oldest first; empty when nothing waits.</summary>
    public List<T> TakeBatch()
    {
        var batch = new List<T>(Math.Min(_queued.Count, maxBatch));
        int kept = 0;
        int at = 0;
        for (; at < _queued.Count && batch.Count < maxBatch; at++)
        {
            if (_inBatch.Add(_queued[at].Peer))
            {
                batch.Add(_queued[at].Command);
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

    /// <summary>Takes everything out, oldest first.</summary>
    public List<T> TakeAll()
    {
        List<T> all = _queued.ConvertAll(queued => queued.Command);
        _queued.Clear();
        return all;
    }
}
