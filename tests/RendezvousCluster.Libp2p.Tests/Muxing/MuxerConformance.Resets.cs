using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing;

/// <summary>What was received before an end that the remote made is read before the end is reported.</summary>
public abstract partial class MuxerConformance
{
    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task Bytes_before_a_reset_are_read_before_the_reset_is_thrown(int count)
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        byte[] bytes = RandomBytes(count);
        await accepted.WriteAsync(bytes);
        accepted.Reset();
        Assert.Equal(StreamEndReason.ResetByRemote, await dialed.WriteFailsAsync());

        AssertSame(bytes, await dialed.Input.ReadExactlyAsync(count));
        Assert.Equal(StreamEndReason.ResetByRemote, await dialed.ReadFailsAsync());
        Assert.Equal(StreamEndReason.ResetByRemote, await dialed.ReadFailsAsync());
    }

    [Fact]
    public async Task A_reader_that_waits_for_more_than_came_before_a_reset_gets_the_reset()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        await accepted.WriteAsync([1, 2, 3]);
        accepted.Reset();

        MuxerStreamException failure = await Assert.ThrowsAsync<MuxerStreamException>(() => dialed.Input.ReadAtLeastAsync(4).Within());

        Assert.Equal(StreamEndReason.ResetByRemote, failure.Reason);
    }

    [Fact]
    public async Task Bytes_before_the_remote_closed_the_connection_are_read_before_the_end_is_thrown()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        await accepted.WriteAsync([1, 2, 3]);
        ReadResult read = await dialed.Input.ReadAsync().Within();
        dialed.Input.AdvanceTo(read.Buffer.Start);

        await pair.Listener.CloseAsync(CancellationToken.None).Within();
        await pair.Dialer.Completion.Within();

        Assert.Equal([1, 2, 3], await dialed.Input.ReadExactlyAsync(3));
        Assert.Equal(StreamEndReason.ConnectionEnded, await dialed.ReadFailsAsync());
    }

    [Fact]
    public async Task A_reset_behind_all_that_was_read_ends_an_input_that_goes_until_a_reset()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        await accepted.WriteAsync([1, 2, 3]);
        accepted.Reset();

        ReadResult read = await dialed.InputUntilReset.ReadAtLeastAsync(3).Within();
        Assert.Equal((3, false), (read.Buffer.Length, read.IsCompleted));
        dialed.InputUntilReset.AdvanceTo(read.Buffer.End);
        read = await dialed.InputUntilReset.ReadAsync().Within();
        Assert.Equal((0, true), (read.Buffer.Length, read.IsCompleted));
        Assert.True(dialed.HasEnded);
        dialed.InputUntilReset.AdvanceTo(read.Buffer.End);
        Assert.Equal(StreamEndReason.ResetByRemote, await dialed.ReadFailsAsync());
    }

    [Fact]
    public async Task A_reset_inside_what_is_read_is_thrown_in_an_input_that_goes_until_a_reset()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        await accepted.WriteAsync([1, 2, 3]);
        accepted.Reset();

        MuxerStreamException failure =
            await Assert.ThrowsAsync<MuxerStreamException>(() => dialed.InputUntilReset.ReadAtLeastAsync(4).Within());

        Assert.Equal(StreamEndReason.ResetByRemote, failure.Reason);
    }

    [Fact]
    public async Task A_half_close_ends_an_input_that_goes_until_a_reset_as_well_and_the_stream_has_not_ended()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        await accepted.CloseWriteAsync();

        ReadResult read = await dialed.InputUntilReset.ReadAsync().Within();
        dialed.InputUntilReset.AdvanceTo(read.Buffer.End);

        Assert.True(read.IsCompleted);
        Assert.False(dialed.HasEnded);
    }

    [Fact]
    public async Task After_this_side_s_own_reset_nothing_is_read_any_more()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        await accepted.WriteAsync([1]);
        ReadResult read = await dialed.Input.ReadAsync().Within();
        dialed.Input.AdvanceTo(read.Buffer.Start);

        dialed.Reset();

        await Assert.ThrowsAsync<MuxerStreamException>(() => dialed.Input.ReadAsync().AsTask());
    }
}
