using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing;

public sealed class WakeUpSignalTests
{
    [Fact]
    public async Task A_signal_before_the_wait_is_not_lost_and_many_count_as_one()
    {
        var signal = new WakeUpSignal();
        signal.Set();
        signal.Set();

        await signal.WaitAsync().Within();

        ValueTask second = signal.WaitAsync();
        Assert.False(second.IsCompleted);
        signal.Set();
        await second.Within();
    }

    [Fact]
    public async Task Every_piece_of_work_is_found_while_others_leave_it()
    {
        var signal = new WakeUpSignal();
        const int Pieces = 100_000;
        int left = 0;
        Task leaving = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int piece = 0; piece < Pieces / 4; piece++)
            {
                Interlocked.Increment(ref left);
                signal.Set();
            }
        })));

        int taken = 0;
        while (taken < Pieces)
        {
            await signal.WaitAsync().Within();
            taken += Interlocked.Exchange(ref left, 0);
        }

        await leaving.Within();
        Assert.Equal(Pieces, taken);
    }
}
