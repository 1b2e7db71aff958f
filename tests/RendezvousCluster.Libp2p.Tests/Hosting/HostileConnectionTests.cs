using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Hosting.Upgrading;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Yamux;
using RendezvousCluster.Libp2p.Negotiation;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Security;
using RendezvousCluster.Libp2p.Security.Noise;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

/// <summary>
/// Peers that stop or talk nonsense at each phase of a connection's life. Each test gets as far as its phase honestly, misbehaves, sees its
/// own connection cut, and then proves with an honest peer that the host still serves.
/// </summary>
public sealed class HostileConnectionTests
{
    private static readonly byte[] Header = "\u0013/multistream/1.0.0\n"u8.ToArray();
    private static readonly byte[] NoiseProposal = "\u0007/noise\n"u8.ToArray();

    private readonly Libp2pLimits _limits = new();

    public static TheoryData<string, byte[]> Stalls => new()
    {
        { "silence", [] },
        { "half a header", Header[..7] },
        { "a header and no proposal", Header },
        { "half a proposal", [.. Header, .. NoiseProposal[..3]] },
        { "no handshake", [.. Header, .. NoiseProposal] },
        { "half a handshake message", [.. Header, .. NoiseProposal, 0, 32, 1, 2, 3] },
    };

    [Theory]
    [MemberData(nameof(Stalls))]
    public async Task A_peer_that_stalls_in_the_upgrade_is_cut_at_the_timeout(string phase, byte[] sent)
    {
        var time = new TimerProbe(_limits.UpgradeTimeout);
        await using Libp2pHost host = await StartAsync(time);
        using Socket slow = await ConnectAsync(host);
        await slow.SendAsync(sent);
        await time.Started.Within();
        await HonestPeerIsServedAsync(host);

        time.Advance(_limits.UpgradeTimeout);

        await EndAsync(slow).Within(awaited: phase);
        await HonestPeerIsServedAsync(host);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nonsense_ends_the_connection_that_sent_it(int phase)
    {
        Random random = SeededRandom.Create(out _);
        await using Libp2pHost host = await StartAsync(TimeProvider.System);
        for (int round = 0; round < 20; round++)
        {
            byte[] nonsense = new byte[random.Next(1, 4_000)];
            random.NextBytes(nonsense);
            using Socket socket = await ConnectAsync(host);
            await using var stream = new NetworkStream(socket);
            var pipe = new StreamDuplexPipe(stream);
            PipeWriter output = phase < 2 ? pipe.Output : (await SecureAsync(pipe)).Transport.Output;
            if (phase == 1)
            {
                await output.WriteAsync((byte[])[.. Header, .. NoiseProposal]);
            }

            await output.WriteAsync(nonsense);
            socket.Shutdown(SocketShutdown.Send);
            await EndAsync(socket).Within();
        }

        await HonestPeerIsServedAsync(host);
        Assert.Empty(host.Connections);
    }

    [Fact]
    public async Task A_stream_that_never_negotiates_is_reset_and_its_connection_lives()
    {
        var time = new FakeTimeProvider();
        await using Libp2pHost host = await StartAsync(time);
        var client = new ConnectionUpgrader(
            [new NoiseSecurityProtocol(KeyPair.GenerateEd25519(), ["/yamux/1.0.0"], _limits)],
            [new YamuxMuxer(TimeProvider.System)],
            _limits);
        using Socket socket = await ConnectAsync(host);
        await using var network = new NetworkStream(socket);
        UpgradedStreams connection = await client
            .UpgradeOutboundAsync(new StreamDuplexPipe(network), host.PeerId, new ByteAccount(), CancellationToken.None).Within();
        IMuxedStream slow = await connection.Streams.OpenStreamAsync(CancellationToken.None).Within();
        await slow.Output.WriteAsync(Header).Within();
        ReadResult answer = await slow.Input.ReadAtLeastAsync(Header.Length).Within(); // the host's clock for this stream runs
        slow.Input.AdvanceTo(answer.Buffer.End);

        time.Advance(_limits.StreamNegotiationTimeout);

        await Assert.ThrowsAsync<MuxerStreamException>(() => slow.Input.ReadAsync().Within());
        IMuxedStream honest = await connection.Streams.OpenStreamAsync(CancellationToken.None).Within();
        Assert.Equal(
            EchoHandler.ProtocolId,
            await MultistreamSelect.DialAsync(honest, [EchoHandler.ProtocolId], _limits, CancellationToken.None).Within());
        await connection.Streams.DisposeAsync();
    }

    private async Task<SecuredConnection> SecureAsync(IDuplexPipe pipe)
    {
        await MultistreamSelect.DialAsync(pipe, ["/noise"], _limits, CancellationToken.None).Within();
        var noise = new NoiseSecurityProtocol(KeyPair.GenerateEd25519(), ["/yamux/1.0.0"], _limits);
        return await noise.SecureOutboundAsync(pipe, expectedPeer: null, CancellationToken.None).Within();
    }

    private async Task<Libp2pHost> StartAsync(TimeProvider time)
    {
        var options = new Libp2pOptions { ListenAddresses = { Multiaddr.Parse("/ip4/127.0.0.1/tcp/0") }, Limits = _limits };
        var host = new Libp2pHost(options.WithListening(), [new EchoHandler()], time);
        await host.StartAsync().Within();
        return host;
    }

    private static async Task HonestPeerIsServedAsync(Libp2pHost host)
    {
        await using var client = new Libp2pHost(new Libp2pOptions(), []);
        IPeerConnection connection = await client.DialAsync(host.ListenAddresses[0].WithPeerId(host.PeerId)).Within();
        Assert.Equal([1, 2, 3], await StreamExchange.EchoAsync(connection, [1, 2, 3]));
        await connection.CloseAsync();
        foreach (IPeerConnection left in host.Connections.Where(other => other.RemotePeer.Equals(client.PeerId)))
        {
            await left.ClosedAsync().Within();
        }
    }

    private static async Task<Socket> ConnectAsync(Libp2pHost host)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, int.Parse(host.ListenAddresses[0].ValueOf("tcp")!));
        return socket;
    }

    /// <summary>Reads until the host ends the connection, in whichever way.</summary>
    private static async Task EndAsync(Socket socket)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset)
        {
            return;
        }
    }
}
