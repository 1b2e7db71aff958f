using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Journal;

public sealed class SilentServerTests
{
    private readonly SilentServer _server = new();

    [Fact]
    public async Task A_server_that_says_nothing_does_not_answer_and_no_shared_thread_waits_for_the_driver_to_give_up()
    {
        using var store = new ServerStore(_server);

        Assert.False(await store.AnswersAsync(CancellationToken.None).Within());

        Assert.False(await _server.GaveUpOnPool.Within());
    }

    [Fact]
    public async Task Nor_when_the_node_stops_meanwhile()
    {
        using var store = new ServerStore(_server);
        using var stopping = new CancellationTokenSource();
        Task<bool> look = store.TakesWritesAsync(stopping.Token);

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => look.Within());
        Assert.False(await _server.GaveUpOnPool.Within());
    }
}
