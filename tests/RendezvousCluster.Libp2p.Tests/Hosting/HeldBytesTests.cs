using System.Net;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Hostile;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

/// <summary>The budget of a whole host, with peers over real sockets who fill streams that nobody reads.</summary>
public sealed class HeldBytesTests
{
    private const int MaxHeldBytes = 2 * 1024 * 1024;
    private const int StreamBytes = 64 * 1024;

    [Theory]
    [InlineData(HostileFrames.Yamux)]
    [InlineData(HostileFrames.Mplex)]
    public async Task The_peer_that_makes_the_host_hold_the_most_is_ended_and_the_others_stay(string muxer)
    {
        await using Libp2pHost host = await StartAsync(new Libp2pLimits { MaxHeldBytes = MaxHeldBytes });
        await using HostileConnection small = await ConnectAsync(host, muxer);
        await using HostileConnection big = await ConnectAsync(host, muxer);
        await FillAsync(small, muxer, 0, streams: 3);
        await Eventually.EqualAsync(true, () => host.HeldBytes >= 3 * StreamBytes);

        // Each stays below what one connection may have unread; all together they get beyond the 32 streams of the budget only in the end.
        await FillAsync(big, muxer, 0, streams: 14);
        await using HostileConnection third = await ConnectAsync(host, muxer);
        await FillAsync(third, muxer, 0, streams: 8);
        await Eventually.EqualAsync(true, () => host.HeldBytes >= 25 * StreamBytes);
        await Eventually.EqualAsync(3, () => host.Connections.Count); // its bytes may be read a moment before it is counted
        await FillAsync(small, muxer, 3, streams: 8);

        await Eventually.EqualAsync(2, () => host.Connections.Count);
        await Eventually.EqualAsync(true, () => big.IsCut);
        Assert.False(small.IsCut || third.IsCut);
        await Eventually.EqualAsync(true, () => host.HeldBytes < MaxHeldBytes);
    }

    [Theory]
    [InlineData(HostileFrames.Yamux)]
    [InlineData(HostileFrames.Mplex)]
    public async Task A_host_whose_peers_are_gone_holds_nothing(string muxer)
    {
        Libp2pHost host = await StartAsync(new Libp2pLimits());
        for (int round = 0; round < 5; round++)
        {
            await using HostileConnection peer = await ConnectAsync(host, muxer);
            await FillAsync(peer, muxer, 0, streams: 12);
        }

        await Eventually.EqualAsync(0, () => host.Connections.Count);
        await Eventually.EqualAsync(0L, () => host.HeldBytes);
        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_handshake_under_way_is_held_and_given_back()
    {
        await using Libp2pHost host = await StartAsync(new Libp2pLimits());
        using (var silent = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp))
        {
            await silent.ConnectAsync(PointOf(host));
            await Eventually.EqualAsync(TransportBuffers.PendingUpgradeBytes, () => host.HeldBytes);
        }

        await Eventually.EqualAsync(0L, () => host.HeldBytes);
    }

    private static async Task FillAsync(HostileConnection peer, string muxer, int first, int streams)
    {
        for (int index = first; index < first + streams; index++)
        {
            byte[] negotiation = HostileConnection.NegotiationOf(SleepingHandler.ProtocolId);
            await peer.TrySendAsync(
                HostileFrames.Open(muxer, index, [.. negotiation, .. new byte[StreamBytes]]), CancellationToken.None).Within();
        }
    }

    private static async Task<Libp2pHost> StartAsync(Libp2pLimits limits)
    {
        var options = new Libp2pOptions { ListenAddresses = { Multiaddr.Parse("/ip4/127.0.0.1/tcp/0") }, Limits = limits };
        var host = new Libp2pHost(options.WithListening(), [new SleepingHandler()]);
        await host.StartAsync().Within();
        return host;
    }

    private static Task<HostileConnection> ConnectAsync(Libp2pHost host, string muxer) =>
        HostileConnection.ConnectAsync(PointOf(host), muxer).Within();

    private static IPEndPoint PointOf(Libp2pHost host) => new(IPAddress.Loopback, int.Parse(host.ListenAddresses[0].ValueOf("tcp")!));

    /// <summary>Reads nothing and never ends by itself.</summary>
    private sealed class SleepingHandler : IStreamHandler
    {
        public const string ProtocolId = "/sleep/1.0.0";

        public IReadOnlyList<string> ProtocolIds { get; } = [ProtocolId];

        public async Task HandleAsync(Libp2pStream stream, CancellationToken cancellationToken)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using CancellationTokenRegistration registration = cancellationToken.Register(() => ended.TrySetResult());
            await ended.Task;
        }
    }
}
