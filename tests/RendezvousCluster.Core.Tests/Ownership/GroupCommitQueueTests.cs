using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Core.Tests.Ownership;

public sealed class GroupCommitQueueTests
{
    [Fact]
    public void A_batch_is_taken_in_order_of_arrival()
    {
        var queue = new GroupCommitQueue<string, int>(EqualityComparer<int>.Default);
        Add(queue, 1, "a");
        Add(queue, 2, "b");

        Assert.Equal(["a", "b"], Callers(queue));
        Assert.Empty(queue.TakeBatch());
    }

    [Fact]
    public void A_batch_takes_one_of_the_commands_that_depend_on_one_another_and_keeps_the_order_of_the_rest()
    {
        var queue = new GroupCommitQueue<string, int>(EqualityComparer<int>.Default);
        Add(queue, 1, "1a");
        Add(queue, 1, "1b");
        Add(queue, 2, "2a");
        Add(queue, 1, "1c");
        Add(queue, 2, "2b");

        Assert.Equal(["1a", "2a"], Callers(queue));
        Assert.Equal(["1b", "2b"], Callers(queue));
        Assert.Equal(["1c"], Callers(queue));
    }

    [Fact]
    public void A_batch_stays_within_the_limit()
    {
        var queue = new GroupCommitQueue<int, int>(EqualityComparer<int>.Default);
        for (int peer = 0; peer <= GroupCommitLimits.MaxBatch; peer++)
        {
            Assert.True(queue.TryEnqueue(peer, peer));
        }

        Assert.Equal(Enumerable.Range(0, 256), Callers(queue));
        Assert.Equal([256], Callers(queue));
    }

    [Fact]
    public void The_queue_takes_its_limit_and_no_more()
    {
        var queue = new GroupCommitQueue<int, int>(EqualityComparer<int>.Default);
        for (int peer = 0; peer < GroupCommitLimits.MaxQueued; peer++)
        {
            Assert.True(queue.TryEnqueue(peer, peer));
        }

        Assert.False(queue.TryEnqueue(-1, -1));
        queue.TakeBatch();
        Assert.True(queue.TryEnqueue(-1, -1));
    }

    [Fact]
    public void Taking_all_empties_it()
    {
        var queue = new GroupCommitQueue<string, int>(EqualityComparer<int>.Default);
        Add(queue, 1, "a");
        Add(queue, 1, "b");

        Assert.Equal(["a", "b"], queue.TakeCallers());
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void Random_arrivals_come_out_complete_and_in_order_for_each_peer()
    {
        Random random = SeededRandom.Create(out int seed);
        var queue = new GroupCommitQueue<int, int>(EqualityComparer<int>.Default, maxQueued: 1000, maxBatch: 7);
        var taken = new List<(int Number, int Peer)>();
        int added = 0;
        while (added < 3000 || queue.Count > 0)
        {
            for (int i = random.Next(12); i > 0 && added < 3000; i--)
            {
                int peer = random.Next(9);
                if (queue.TryEnqueue(added, peer))
                {
                    added++;
                }
            }

            List<(int Number, int Peer)> batch = queue.TakeBatch();
            Assert.True(batch.Count <= 7 && batch.DistinctBy(command => command.Peer).Count() == batch.Count, $"seed {seed}");
            taken.AddRange(batch);
        }

        Assert.Equal(3000, taken.Count);
        Assert.All(taken.GroupBy(command => command.Peer), peer => Assert.Equal(peer.Order(), peer));
    }

    private static void Add(GroupCommitQueue<string, int> queue, int peer, string caller) => Assert.True(queue.TryEnqueue(caller, peer));

    private static IEnumerable<TCaller> Callers<TCaller>(GroupCommitQueue<TCaller, int> queue) =>
        queue.TakeBatch().Select(taken => taken.Caller);
}
