using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing;

/// <summary>Many streams at once, and streams that are used badly.</summary>
public abstract partial class MuxerConformance
{
    /// <summary>
    /// Streams that end in every possible way, at both ends at once. Afterwards nothing may be left: no stream in a table, no byte in the
    /// books, and the connection works.
    /// </summary>
    [Fact]
    public async Task Streams_that_end_in_every_way_leave_nothing_behind()
    {
        Random random = SeededRandom.Create(out int seed);
        const int Workers = 8;
        const int StreamsPerWorker = 60;
        await using MuxedPair pair = StartPair();
        int[] seeds = [.. Enumerable.Range(0, 2 * Workers).Select(_ => random.Next())];
        using var dialersDone = new CancellationTokenSource();

        Task listeners = Task.WhenAll(seeds.Take(Workers).Select(own => Task.Run(async () =>
        {
            var choice = new Random(own);

            // Streams that are reset before their turn are not handed out, so there is no counting them here.
            while (await AcceptUnlessAsync(pair.Listener, dialersDone.Token) is { } stream)
            {
                await EndSomehowAsync(stream, choice);
            }
        })));
        Task dialers = Task.WhenAll(seeds.Skip(Workers).Select(own => Task.Run(async () =>
        {
            var choice = new Random(own);
            for (int index = 0; index < StreamsPerWorker; index++)
            {
                IMuxedStream stream = await pair.Dialer.OpenStreamAsync(CancellationToken.None).Within();
                await EndSomehowAsync(stream, choice);
            }
        })));
        await dialers.Within();
        await dialersDone.CancelAsync();
        await listeners.Within();

        // Resets travel ahead of this, so when it is over they have all arrived.
        IMuxedStream dialed = await pair.Dialer.OpenStreamAsync(CancellationToken.None).Within();
        IMuxedStream? accepted = await pair.Listener.AcceptStreamAsync(CancellationToken.None).Within();
        while (accepted!.Id != dialed.Id)
        {
            await accepted.DisposeAsync();
            accepted = await pair.Listener.AcceptStreamAsync(CancellationToken.None).Within();
        }

        Task echo = accepted.EchoAsync();
        await dialed.SendAllAsync([1, 2, 3]);
        Assert.Equal([1, 2, 3], await dialed.Input.ReadAllAsync());
        await echo.Within();
        foreach (IMuxedConnection connection in (IMuxedConnection[])[pair.Dialer, pair.Listener])
        {
            Assert.True(connection.EndReason is null, $"seed {seed}: {connection.EndReason}");
            Assert.True(connection.OpenStreamCount == 0, $"seed {seed}: {connection.OpenStreamCount} streams left");
            (long unread, long held) = BooksOf(connection);
            Assert.True(unread == 0, $"seed {seed}: {unread} bytes left in the books");
            Assert.True(held == 0, $"seed {seed}: {held} bytes left in the account");
        }
    }

    private static async Task<IMuxedStream?> AcceptUnlessAsync(IMuxedConnection connection, CancellationToken stop)
    {
        try
        {
            return await connection.AcceptStreamAsync(stop).Within();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private static async Task EndSomehowAsync(IMuxedStream stream, Random choice)
    {
        try
        {
            for (int step = choice.Next(4); step > 0; step--)
            {
                await stream.WriteAsync(new byte[choice.Next(1, 30_000)]);
            }

            switch (choice.Next(6))
            {
                case 0:
                    stream.Reset();
                    break;
                case 1:
                    await stream.CloseWriteAsync().Within();
                    break;
                case 2:
                    await stream.Output.CompleteAsync();
                    break;
                case 3:
                    await stream.Input.CompleteAsync();
                    break;
                case 4:
                    // Not a wait: both sides might choose it.
                    if (stream.Input.TryRead(out ReadResult read))
                    {
                        stream.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    }

                    break;
                default:
                    await stream.CloseWriteAsync().Within();
                    await stream.Input.ReadAllAsync();
                    break;
            }
        }
        catch (MuxerStreamException exception)
        {
            // The other side was faster.
            Assert.Equal(StreamEndReason.ResetByRemote, exception.Reason);
        }

        await stream.DisposeAsync();
    }

    [Fact]
    public async Task A_stream_may_be_disposed_under_a_reader()
    {
        await using MuxedPair pair = StartPair();
        (IMuxedStream dialed, IMuxedStream accepted) = await pair.OpenAsync();
        await dialed.WriteAsync([1, 2, 3]);
        ReadResult held = await accepted.Input.ReadAtLeastAsync(3).Within();

        await accepted.DisposeAsync();

        Assert.Equal([1, 2, 3], held.Buffer.ToArray());
        accepted.Input.AdvanceTo(held.Buffer.End);
        Assert.Equal(StreamEndReason.ResetLocally, await accepted.ReadFailsAsync());
    }
}
