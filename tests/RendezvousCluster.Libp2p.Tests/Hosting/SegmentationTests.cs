using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Hosting.Upgrading;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Mplex;
using RendezvousCluster.Libp2p.Muxing.Yamux;
using RendezvousCluster.Libp2p.Security.Noise;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

/// <summary>
/// Whole sessions — negotiation, handshake, muxer, streams — over a wire that delivers in pieces. TCP promises bytes in order and nothing
/// about how they are cut; every layer has to give the same result for all cuts.
/// </summary>
public sealed class SegmentationTests
{
    private static readonly Libp2pLimits Limits = new();

    [Theory]
    [InlineData("/yamux/1.0.0")]
    [InlineData("/mplex/6.7.0")]
    public Task One_byte_at_a_time(string muxer) => EchoOverAsync(muxer, bytes: 800, SegmentingDuplexPipe.OneByteAtATime);

    [Theory]
    [InlineData("/yamux/1.0.0")]
    [InlineData("/mplex/6.7.0")]
    public async Task In_random_cuts(string muxer)
    {
        Random random = SeededRandom.Create(out _);
        for (int round = 0; round < 3; round++)
        {
            await EchoOverAsync(muxer, bytes: 15_000, pipe => SegmentingDuplexPipe.RandomCuts(pipe, new Random(random.Next())));
        }
    }

    private static async Task EchoOverAsync(string muxer, int bytes, Func<IDuplexPipe, IDuplexPipe> cut)
    {
        DuplexPipePair wire = DuplexPipePair.Create();
        KeyPair server = KeyPair.GenerateEd25519();
        Task<UpgradedStreams> inbound = Upgrader(server, muxer).UpgradeInboundAsync(
            cut(wire.Left), new ByteAccount(), CancellationToken.None).AsTask();
        UpgradedStreams outbound = await Upgrader(KeyPair.GenerateEd25519(), muxer)
            .UpgradeOutboundAsync(cut(wire.Right), server.PeerId, new ByteAccount(), CancellationToken.None).Within();
        PeerConnection listening = Connect(await inbound.Within(), new EchoHandler());
        PeerConnection dialling = Connect(outbound);
        Task<ConnectionEndReason>[] running = [listening.RunAsync(), dialling.RunAsync()];

        byte[] data = [.. Enumerable.Range(0, bytes).Select(index => (byte)(index * 31))];
        byte[][] echoes = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => StreamExchange.EchoAsync(dialling, data))).Within();

        Assert.All(echoes, echo => Assert.Equal(data, echo));
        await dialling.CloseAsync().Within();
        await Task.WhenAll(running).Within();
    }

    private static ConnectionUpgrader Upgrader(KeyPair identity, string muxer)
    {
        IStreamMuxer[] muxers = muxer == "/yamux/1.0.0"
            ? [new YamuxMuxer(TimeProvider.System, NullLoggerFactory.Instance)]
            : [new MplexMuxer(TimeProvider.System, NullLoggerFactory.Instance)];
        return new ConnectionUpgrader([new NoiseSecurityProtocol(identity, [muxer], Limits)], muxers, Limits);
    }

    private static PeerConnection Connect(UpgradedStreams upgraded, params EchoHandler[] handlers) => new(
        new Upgraded(upgraded), new StreamHandlerTable(handlers), Limits, TimeProvider.System, NullLogger.Instance);

    private sealed class Upgraded(UpgradedStreams upgraded) : ICapableConnection
    {
        public PublicKey RemotePublicKey => upgraded.RemotePublicKey;

        public Multiaddr RemoteAddress { get; } = Multiaddr.Parse("/memory/1");

        public IMuxedConnection Streams => upgraded.Streams;

        public string Muxer => upgraded.Muxer;

        public ConnectionScope Scope { get; } =
            new(new ConnectionLimiter(Limits), ConnectionSource.Of(null), isOutbound: false, arrival: 0);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
