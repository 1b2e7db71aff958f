using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using Xunit;

namespace RendezvousCluster.Testing.Rendezvous;

/// <summary>Plays a row of <see cref="BadInputTable"/> against a server, over any connection.</summary>
public static class BadInputCheck
{
    /// <summary>Sends the row's bytes on a stream of its own, checks what comes back, and that the server serves on.</summary>
    /// <param name="row">The row.</param>
    /// <param name="peer">The connection's peer.</param>
    /// <param name="openStream">Opens a stream of the connection.</param>
    public static async Task RunAsync(BadInputCase row, TestPeer peer, Func<Task<RendezvousDriver>> openStream)
    {
        RendezvousDriver stream = await openStream();
        bool sent = await stream.TrySendAsync(row.Bytes(peer), row.EndsInput);
        Assert.True(sent || row.Outcome == BadInputOutcome.Reset, "The stream was reset while the input was being sent.");
        switch (row.Outcome)
        {
            case BadInputOutcome.RegisterResponse:
                RegisterResponse registered = await stream.ReceiveAsync<RegisterResponse>();
                Expect(row, registered.Status, registered.StatusText);
                Assert.Equal(row.Status == RendezvousStatus.Ok, registered.TtlSeconds > 0);
                break;
            case BadInputOutcome.DiscoverResponse:
                DiscoverResponse discovered = await stream.ReceiveAsync<DiscoverResponse>();
                Expect(row, discovered.Status, discovered.StatusText);
                Assert.Equal(row.Status == RendezvousStatus.Ok, !discovered.Cookie.IsEmpty);
                break;
            case BadInputOutcome.Reset:
                Assert.NotNull(await stream.ReceiveEndAsync());
                stream = await openStream();
                break;
        }

        // The connection lives, and so does the stream unless it was reset.
        DiscoverResponse after = await stream.AskAsync<DiscoverResponse>(RawRequests.Discover("still-serving"u8.ToArray()));
        Assert.Equal(RendezvousStatus.Ok, after.Status);
        await stream.CloseWriteAsync();
        Assert.Null(await stream.ReceiveEndAsync());
    }

    private static void Expect(BadInputCase row, RendezvousStatus status, string statusText)
    {
        Assert.Equal(row.Status, status);
        Assert.Equal(row.Status == RendezvousStatus.Ok, statusText.Length == 0);
    }
}
