using RendezvousCluster.Protocol;
using RendezvousCluster.Server.FrontEnd;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Server.Tests.FrontEnd;

public sealed class PeerCommandQueueTests
{
    private static readonly CommandKey Key = new(TestPeers.Id(1), RendezvousNamespace.Parse("chat"));

    [Fact]
    public async Task Turns_come_one_at_a_time_in_order()
    {
        var queue = new PeerCommandQueue(maxWaitingPerKey: 8);
        Assert.True(await queue.EnterAsync(Key, CancellationToken.None));
        Task<bool>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => queue.EnterAsync(Key, CancellationToken.None).AsTask())];
        foreach (Task<bool> next in waiting)
        {
            Assert.False(next.IsCompleted);
            queue.Leave(Key);
            Assert.True(await next.Within());
        }

        queue.Leave(Key);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task Other_peers_and_other_namespaces_do_not_wait()
    {
        var queue = new PeerCommandQueue(maxWaitingPerKey: 0);
        Assert.True(await queue.EnterAsync(Key, CancellationToken.None));
        Assert.True(await queue.EnterAsync(Key with { Peer = TestPeers.Id(2) }, CancellationToken.None));
        Assert.True(await queue.EnterAsync(Key with { Namespace = RendezvousNamespace.Parse("other") }, CancellationToken.None));
        Assert.True(await queue.EnterAsync(Key with { Namespace = null }, CancellationToken.None));
        Assert.False(await queue.EnterAsync(new CommandKey(TestPeers.Id(1), RendezvousNamespace.Parse("chat")), CancellationToken.None));
    }

    [Fact]
    public async Task Queue_of_a_key_is_bounded()
    {
        var queue = new PeerCommandQueue(maxWaitingPerKey: 2);
        Assert.True(await queue.EnterAsync(Key, CancellationToken.None));
        Task<bool> first = queue.EnterAsync(Key, CancellationToken.None).AsTask();
        Task<bool> second = queue.EnterAsync(Key, CancellationToken.None).AsTask();
        Assert.False(await queue.EnterAsync(Key, CancellationToken.None));

        queue.Leave(Key);
        Assert.True(await first.Within());
        Assert.False(second.IsCompleted);
        Task<bool> third = queue.EnterAsync(Key, CancellationToken.None).AsTask();
        Assert.False(await queue.EnterAsync(Key, CancellationToken.None));
        queue.Leave(Key);
        queue.Leave(Key);
        Assert.True(await third.Within());
    }

    [Fact]
    public async Task Commands_that_came_at_once_get_deadlines_in_the_order_of_their_turns()
    {
        DateTimeOffset deadline = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var queue = new PeerCommandQueue(maxWaitingPerKey: 8);
        Assert.True(await queue.EnterAsync(Key, CancellationToken.None));
        Task<bool> second = queue.EnterAsync(Key, CancellationToken.None).AsTask();
        Task<bool> third = queue.EnterAsync(Key, CancellationToken.None).AsTask();
        Assert.Equal(deadline, queue.DeadlineInTurn(Key, deadline));

        queue.Leave(Key);
        Assert.True(await second.Within());
        Assert.Equal(deadline.AddMilliseconds(1), queue.DeadlineInTurn(Key, deadline));
        queue.Leave(Key);
        Assert.True(await third.Within());
        Assert.Equal(deadline.AddSeconds(1), queue.DeadlineInTurn(Key, deadline.AddSeconds(1)));
        queue.Leave(Key);
    }

    [Fact]
    public async Task A_command_that_gives_up_makes_room_and_is_passed_over()
    {
        var queue = new PeerCommandQueue(maxWaitingPerKey: 2);
        using var givesUp = new CancellationTokenSource();
        Assert.True(await queue.EnterAsync(Key, CancellationToken.None));
        Task<bool> first = queue.EnterAsync(Key, givesUp.Token).AsTask();
        Task<bool> second = queue.EnterAsync(Key, CancellationToken.None).AsTask();

        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Within());
        Task<bool> third = queue.EnterAsync(Key, CancellationToken.None).AsTask();
        Assert.False(third.IsCompleted);

        queue.Leave(Key);
        Assert.True(await second.Within());
        queue.Leave(Key);
        Assert.True(await third.Within());
        queue.Leave(Key);
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public async Task Under_contention_never_two_inside_and_nothing_left_behind()
    {
        Random random = SeededRandom.Create(out int seed);
        var queue = new PeerCommandQueue(maxWaitingPerKey: 1_000);
        int inside = 0;
        int served = 0;
        int[] timeouts = [.. Enumerable.Range(0, 400).Select(_ => random.Next(5))];
        await Task.WhenAll(timeouts.Select(timeout => Task.Run(async () =>
        {
            using var source = new CancellationTokenSource();
            ValueTask<bool> turn = queue.EnterAsync(Key, source.Token);
            if (timeout == 0)
            {
                await source.CancelAsync();
            }

            try
            {
                Assert.True(await turn);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Assert.Equal(1, Interlocked.Increment(ref inside));
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            Interlocked.Increment(ref served);
            queue.Leave(Key);
        }))).Within();

        Assert.True(served >= timeouts.Count(timeout => timeout > 0), $"seed {seed}: {served} served");
        Assert.Equal(0, queue.Count);
    }
}
