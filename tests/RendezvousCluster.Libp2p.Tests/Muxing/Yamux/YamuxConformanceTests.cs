using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Yamux;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Yamux;

/// <summary>Yamux keeps every promise of a muxer, and those that flow control makes possible.</summary>
public sealed class YamuxConformanceTests : MuxerConformance
{
    protected override IStreamMuxer CreateMuxer() => new YamuxMuxer(TimeProvider.System);

    [Fact]
    public async Task A_stream_that_nobody_reads_does_not_hold_up_the_others()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream unread, _) = await pair.OpenAsync();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        Task stuck = unread.Output.WriteAsync(new byte[YamuxStream.InitialWindowBytes + 1]).AsTask();

        Task echo = accepted.EchoAsync();
        Task send = dialed.SendAllAsync(RandomBytes(1024 * 1024));
        byte[] echoed = await dialed.Input.ReadAllAsync();

        Assert.Equal(1024 * 1024, echoed.Length);
        await Task.WhenAll(echo, send).Within();
        Assert.False(stuck.IsCompleted);
    }

    [Fact]
    public async Task A_flush_waits_for_the_remotes_window_and_no_longer()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        await dialed.WriteAsync(new byte[YamuxStream.InitialWindowBytes]);
        Task<FlushResult> flush = dialed.Output.WriteAsync(new byte[1]).AsTask();
        await accepted.WriteAsync([1]);
        await dialed.Input.ReadExactlyAsync(1);
        Assert.False(flush.IsCompleted);

        await accepted.Input.ReadExactlyAsync(YamuxStream.InitialWindowBytes / 2);

        await flush.Within();
    }

    [Fact]
    public async Task A_flush_that_waits_for_the_window_can_be_cancelled()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        await dialed.WriteAsync(new byte[YamuxStream.InitialWindowBytes]);
        using var cancellation = new CancellationTokenSource();
        Task<FlushResult> flush = dialed.Output.WriteAsync(new byte[] { 5 }, cancellation.Token).AsTask();

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);

        Task<FlushResult> second = dialed.Output.FlushAsync().AsTask();
        dialed.Output.CancelPendingFlush();
        Assert.True((await second.Within()).IsCanceled);

        // The byte was committed: it is sent when there is room.
        await accepted.Input.ReadExactlyAsync(YamuxStream.InitialWindowBytes);
        Assert.Equal([5], await accepted.Input.ReadExactlyAsync(1));
    }
}
