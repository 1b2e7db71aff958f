using System.Security.Cryptography;
using System.Text.Json;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Protocols.Ping;
using RendezvousCluster.Libp2p.Security;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Interop.Transport;

/// <summary>
/// Our host and stock js-libp2p over every stack, dialled by either. On each connection both sides open streams. The js peer speaks one
/// muxer only, so the stack's name tells what the two negotiate.
/// </summary>
public sealed class StackTests(ConnectedPairs pairs) : IClassFixture<ConnectedPairs>
{
    private const int EchoBytes = 1024 * 1024;
    private const int StreamsAtOnce = 100;
    private const int BytesPerStream = 1_000;

    public static TheoryData<string, string, Dialler> Stacks => Data(Stack.All);

    public static TheoryData<string, string, Dialler> YamuxStacks => Data(Stack.All.Where(stack => stack.Muxer == "yamux"));

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Both_sides_know_their_peer_and_what_they_agreed_on(string transport, string muxer, Dialler dialler)
    {
        var stack = new Stack(transport, muxer, dialler);
        ConnectedPair pair = await pairs.GetAsync(stack);

        JsonElement theirs = Assert.Single((await pair.Js.AskAsync("connections")).EnumerateArray());

        Assert.Equal(pair.Us.PeerId.ToString(), theirs.GetProperty("peerId").GetString());
        Assert.Equal(stack.MuxerProtocol, theirs.GetProperty("muxer").GetString());
        Assert.Equal(pair.Js.PeerId, pair.Connection.RemotePeer.ToString());
        Assert.Equal(stack.MuxerProtocol, pair.Connection.Muxer);
        Assert.Equal(dialler == Dialler.Us, pair.Connection.IsOutbound);
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Ping(string transport, string muxer, Dialler dialler)
    {
        ConnectedPair pair = await pairs.GetAsync(new Stack(transport, muxer, dialler));

        JsonElement theirs = await pair.Js.AskAsync("ping", new { peer = pair.Us.PeerId.ToString(), count = 3 });
        Assert.Equal(3, theirs.GetProperty("milliseconds").GetArrayLength());

        var ping = new PingClient(new Libp2pLimits(), TimeProvider.System);
        Assert.NotEqual(TimeSpan.Zero, await ping.PingAsync(pair.Connection, CancellationToken.None).Within());
        Assert.NotEqual(TimeSpan.Zero, await ping.PingAsync(pair.Connection, CancellationToken.None).Within());
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Identify_tells_them_who_we_are(string transport, string muxer, Dialler dialler)
    {
        ConnectedPair pair = await pairs.GetAsync(new Stack(transport, muxer, dialler));

        JsonElement theirs = await pair.Js.AskAsync("identify", new { peer = pair.Us.PeerId.ToString() });

        Assert.Equal(pair.Us.PeerId.ToString(), theirs.GetProperty("peerId").GetString());
        Assert.Matches("^rendezvous-cluster/[0-9]+\\.[0-9]+\\.[0-9]+$", theirs.GetProperty("agentVersion").GetString());
        Assert.Equal("ipfs/0.1.0", theirs.GetProperty("protocolVersion").GetString());
        Assert.Equal(pair.Connection.RemoteAddress.WithoutPeerId().ToString(), theirs.GetProperty("observedAddr").GetString());
        string[] ours = [.. pair.Us.ListenAddresses.Select(address => address.ToString())];
        Assert.Equal(ours, Texts(theirs, "listenAddrs"));
        Assert.Equal(ours, Texts(theirs, "signedAddrs"));
        string[] served = [EchoHandler.Protocol, DigestHandler.Protocol, IdentifyProtocol.Id, PingProtocol.Id];
        Assert.Empty(served.Except(Texts(theirs, "protocols")));
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Identify_tells_us_who_they_are(string transport, string muxer, Dialler dialler)
    {
        ConnectedPair pair = await pairs.GetAsync(new Stack(transport, muxer, dialler));

        IdentifyInfo theirs = await new IdentifyClient(
            new Libp2pLimits(), TimeProvider.System).RequestAsync(pair.Connection, CancellationToken.None).Within();

        Assert.StartsWith("js-libp2p/3.", theirs.AgentVersion);
        Assert.Equal("ipfs/0.1.0", theirs.ProtocolVersion);
        string[] addresses = [.. pair.Js.Addresses.Select(address => Multiaddr.Parse(address).WithoutPeerId().ToString())];
        Assert.Equal(addresses, theirs.ListenAddresses.Select(address => address.ToString()));
        Assert.Equal(addresses, theirs.SignedPeerRecord!.Record.Addresses.Select(address => address.ToString()));
        Assert.Equal(pair.Js.PeerId, theirs.SignedPeerRecord.Record.PeerId.ToString());
        Assert.Equal("127.0.0.1", theirs.ObservedAddress!.ValueOf("ip4"));
        string[] served = [EchoHandler.Protocol, DigestHandler.Protocol, IdentifyProtocol.Id, PingProtocol.Id];
        Assert.Empty(served.Except(theirs.Protocols));
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Echo_of_one_MiB(string transport, string muxer, Dialler dialler)
    {
        ConnectedPair pair = await pairs.GetAsync(new Stack(transport, muxer, dialler));

        JsonElement theirs = await pair.Js.AskAsync("echo", new { peer = pair.Us.PeerId.ToString(), bytes = EchoBytes });
        Assert.Equal(EchoBytes, theirs.GetProperty("bytes").GetInt32());
        Assert.True(theirs.GetProperty("intact").GetBoolean());

        byte[] sent = RandomNumberGenerator.GetBytes(EchoBytes);
        byte[] received = await pair.Connection.ExchangeAsync(EchoHandler.Protocol, sent).Within();
        Assert.True(sent.AsSpan().SequenceEqual(received), $"sent {sent.Length} bytes, {received.Length} came back, or others");
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task A_reply_that_waits_for_the_half_close(string transport, string muxer, Dialler dialler)
    {
        ConnectedPair pair = await pairs.GetAsync(new Stack(transport, muxer, dialler));

        JsonElement theirs = await pair.Js.AskAsync("halfclose", new { peer = pair.Us.PeerId.ToString(), bytes = 100_000 });
        Assert.True(theirs.GetProperty("intact").GetBoolean());

        byte[] sent = RandomNumberGenerator.GetBytes(100_000);
        Assert.Equal(SHA256.HashData(sent), await pair.Connection.ExchangeAsync(DigestHandler.Protocol, sent).Within());
    }

    [Theory]
    [MemberData(nameof(YamuxStacks))]
    public async Task A_hundred_streams_at_once(string transport, string muxer, Dialler dialler)
    {
        ConnectedPair pair = await pairs.GetAsync(new Stack(transport, muxer, dialler));

        JsonElement theirs =
            await pair.Js.AskAsync("streams", new { peer = pair.Us.PeerId.ToString(), count = StreamsAtOnce, bytes = BytesPerStream });
        Assert.Equal(StreamsAtOnce, theirs.GetProperty("intact").GetInt32());
        Assert.Equal(0, theirs.GetProperty("leftovers").GetInt32());

        Libp2pStream[] opened =
            await Task.WhenAll(Enumerable.Range(0, StreamsAtOnce).Select(_ => OpenWithEchoAsync(pair.Connection))).Within();
        byte[][] leftovers = await Task.WhenAll(opened.Select(CloseAsync)).Within();
        Assert.All(leftovers, Assert.Empty);
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task A_peer_that_is_not_the_one_dialled_is_refused(string transport, string muxer, Dialler dialler)
    {
        ConnectedPair pair = await pairs.GetAsync(new Stack(transport, muxer, dialler));
        PeerId somebodyElse = KeyPair.GenerateEd25519().PeerId;

        if (dialler == Dialler.Us)
        {
            Multiaddr wrong = Multiaddr.Parse(pair.Js.Addresses[0]).WithoutPeerId().WithPeerId(somebodyElse);
            SecurityHandshakeException ours = await Assert.ThrowsAsync<SecurityHandshakeException>(() => pair.Us.DialAsync(wrong).Within());
            Assert.Equal(SecurityHandshakeError.PeerIdMismatch, ours.Error);
        }
        else
        {
            string wrong = pair.Us.ListenAddresses[0].WithPeerId(somebodyElse).ToString();
            JsPeerException theirs = await Assert.ThrowsAsync<JsPeerException>(() => pair.Js.AskAsync("dial", new { addr = wrong }));
            Assert.Contains("does not match expected remote identity key", theirs.Message);
        }
    }

    private static TheoryData<string, string, Dialler> Data(IEnumerable<Stack> stacks)
    {
        var data = new TheoryData<string, string, Dialler>();
        foreach (Stack stack in stacks)
        {
            data.Add(stack.Transport, stack.Muxer, stack.Dialler);
        }

        return data;
    }

    private static IEnumerable<string> Texts(JsonElement parent, string property) =>
        parent.GetProperty(property).EnumerateArray().Select(item => item.GetString()!);

    /// <summary>The stream stays open: it has had its echo.</summary>
    private static async Task<Libp2pStream> OpenWithEchoAsync(IPeerConnection connection)
    {
        Libp2pStream stream = await connection.OpenStreamAsync([EchoHandler.Protocol], CancellationToken.None);
        byte[] sent = RandomNumberGenerator.GetBytes(BytesPerStream);
        await stream.Output.WriteAsync(sent);
        Assert.Equal(sent, await stream.ReadExactlyAsync(sent.Length));
        return stream;
    }

    private static async Task<byte[]> CloseAsync(Libp2pStream stream)
    {
        await using (stream)
        {
            await stream.CloseWriteAsync();
            return await stream.ReadToEndAsync();
        }
    }
}
