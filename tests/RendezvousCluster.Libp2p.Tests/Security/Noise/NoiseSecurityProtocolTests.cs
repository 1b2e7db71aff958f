using System.Buffers;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Security;
using RendezvousCluster.Libp2p.Security.Noise;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Security.Noise;

public sealed class NoiseSecurityProtocolTests : IDisposable
{
    private const string Yamux = "/yamux/1.0.0";
    private const string Mplex = "/mplex/6.7.0";

    private readonly DuplexPipePair _pair = DuplexPipePair.Create();
    private readonly ScriptedNoisePeer _peer;
    private readonly KeyPair _identity = KeyPair.GenerateEd25519();
    private readonly NoiseSecurityProtocol _noise;

    public NoiseSecurityProtocolTests()
    {
        _peer = new ScriptedNoisePeer(_pair.Right);
        _noise = new NoiseSecurityProtocol(_identity, [Yamux, Mplex], new Libp2pLimits());
    }

    public void Dispose() => _peer.Dispose();

    [Fact]
    public async Task Each_instance_has_its_own_static_key_and_proves_the_identity_for_it()
    {
        var payloads = new List<byte[]>();
        foreach (NoiseSecurityProtocol noise in new[] { _noise, _noise, new(_identity, [Yamux, Mplex], new Libp2pLimits()) })
        {
            DuplexPipePair pair = DuplexPipePair.Create();
            using var peer = new ScriptedNoisePeer(pair.Right);
            Task<SecuredConnection> securing = noise.SecureInboundAsync(pair.Left, default).AsTask();
            payloads.Add((await peer.InitiateAsync(peer.HonestPayload()).Within()).RemotePayload);
            Assert.Equal(peer.Identity.PeerId, (await securing.Within()).RemotePeer);
        }

        Assert.Equal(payloads[0], payloads[1]);
        Assert.NotEqual(payloads[0], payloads[2]);
    }

    // The proposal of the peer, and the muxer that comes of it: go and js send their whole list, old js none, some one that we do not have.
    [Theory]
    [InlineData(Yamux, Yamux)]
    [InlineData(Mplex, Mplex)]
    [InlineData(Yamux + " " + Mplex, Yamux)]
    [InlineData(Mplex + " " + Yamux, Mplex)]
    [InlineData("", null)]
    [InlineData("/other/1.0.0", null)]
    public async Task As_responder_we_offer_our_list_and_take_the_first_that_the_initiator_sent(string sent, string? expected)
    {
        Task<SecuredConnection> securing = _noise.SecureInboundAsync(_pair.Left, default).AsTask();
        (byte[] remotePayload, _) = await _peer.InitiateAsync(_peer.HonestPayload(Muxers(sent))).Within();
        Assert.Equal([Yamux, Mplex], ScriptedNoisePeer.MuxersOf(remotePayload));
        Assert.Equal(expected, (await securing.Within()).EarlyMuxer);
    }

    [Theory]
    [InlineData(Yamux, Yamux)]
    [InlineData(Mplex, Mplex)]
    [InlineData(Mplex + " " + Yamux, Yamux)]
    [InlineData("", null)]
    [InlineData("/other/1.0.0", null)]
    public async Task As_initiator_we_send_exactly_the_muxer_chosen_or_none(string offered, string? expected)
    {
        Task<SecuredConnection> securing = _noise.SecureOutboundAsync(_pair.Left, null, default).AsTask();
        (byte[] remotePayload, _) = await _peer.RespondAsync(_peer.HonestPayload(Muxers(offered))).Within();
        Assert.Equal(expected is null ? [] : [expected], ScriptedNoisePeer.MuxersOf(remotePayload));
        Assert.Equal(expected, (await securing.Within()).EarlyMuxer);
    }

    [Fact]
    public async Task Without_muxers_of_our_own_the_extension_is_absent_and_multistream_select_decides()
    {
        var noise = new NoiseSecurityProtocol(_identity, [], new Libp2pLimits());
        Task<SecuredConnection> securing = noise.SecureInboundAsync(_pair.Left, default).AsTask();
        (byte[] remotePayload, _) = await _peer.InitiateAsync(_peer.HonestPayload(Yamux)).Within();
        Assert.Empty(ScriptedNoisePeer.MuxersOf(remotePayload));
        Assert.Null((await securing.Within()).EarlyMuxer);
    }

    public static TheoryData<string> DishonestPayloads =>
    [
        "no payload", "no key", "no signature", "empty signature", "changed signature", "signature without the prefix",
        "signature over another static key", "another's key", "undecodable key", "not protobuf",
    ];

    [Theory]
    [MemberData(nameof(DishonestPayloads))]
    public async Task An_initiator_that_does_not_prove_its_identity_is_refused(string kind)
    {
        Task<SecuredConnection> securing = _noise.SecureInboundAsync(_pair.Left, default).AsTask();
        await _peer.InitiateAsync(Dishonest(kind)).Within();
        await ExpectFailureAsync(ErrorOf(kind), securing);
    }

    [Theory]
    [MemberData(nameof(DishonestPayloads))]
    public async Task A_responder_that_does_not_prove_its_identity_is_refused(string kind)
    {
        Task<SecuredConnection> securing = _noise.SecureOutboundAsync(_pair.Left, null, default).AsTask();
        Task responding = _peer.RespondAsync(Dishonest(kind));
        await ExpectFailureAsync(ErrorOf(kind), securing);
        await ExpectNoThirdMessageAsync(responding);
    }

    [Fact]
    public async Task Somebody_else_than_the_peer_dialled_is_refused_before_we_show_who_we_are()
    {
        PeerId expected = KeyPair.GenerateEd25519().PeerId;
        Task<SecuredConnection> securing = _noise.SecureOutboundAsync(_pair.Left, expected, default).AsTask();
        Task responding = _peer.RespondAsync(_peer.HonestPayload());
        await ExpectFailureAsync(SecurityHandshakeError.PeerIdMismatch, securing);
        await ExpectNoThirdMessageAsync(responding);
    }

    [Fact]
    public async Task The_peer_dialled_is_accepted()
    {
        Task<SecuredConnection> securing = _noise.SecureOutboundAsync(_pair.Left, _peer.Identity.PeerId, default).AsTask();
        await _peer.RespondAsync(_peer.HonestPayload()).Within();
        Assert.Equal(_peer.Identity.PeerId, (await securing.Within()).RemotePeer);
    }

    [Fact]
    public async Task The_payload_of_an_initiators_first_message_is_ignored()
    {
        Task<SecuredConnection> securing = _noise.SecureInboundAsync(_pair.Left, default).AsTask();
        await _peer.InitiateAsync(_peer.HonestPayload(), firstPayload: [0xFF, 0xFF, 0xFF]).Within();
        Assert.Equal(_peer.Identity.PeerId, (await securing.Within()).RemotePeer);
    }

    [Fact]
    public async Task Data_sent_together_with_the_last_message_is_not_lost()
    {
        (byte[] _, NoiseDuplexPipe transport) = await StartInboundAsync(out Task<SecuredConnection> securing);
        await transport.Output.WriteAsync("early"u8.ToArray()).Within();
        SecuredConnection secured = await securing.Within();
        Assert.Equal("early"u8.ToArray(), (await secured.Transport.Input.ReadAtLeastAsync(5).Within()).Buffer.ToArray());
    }

    [Fact]
    public async Task The_token_ends_a_handshake_with_a_silent_remote()
    {
        using var timeout = new CancellationTokenSource();
        Task<SecuredConnection> inbound = _noise.SecureInboundAsync(_pair.Left, timeout.Token).AsTask();
        Task<SecuredConnection> outbound = _noise.SecureOutboundAsync(DuplexPipePair.Create().Left, null, timeout.Token).AsTask();
        await timeout.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => inbound.Within());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => outbound.Within());
    }

    private Task<(byte[] RemotePayload, NoiseDuplexPipe Transport)> StartInboundAsync(out Task<SecuredConnection> securing)
    {
        securing = _noise.SecureInboundAsync(_pair.Left, default).AsTask();
        return _peer.InitiateAsync(_peer.HonestPayload()).Within();
    }

    private byte[] Dishonest(string kind)
    {
        byte[] key = _peer.Identity.PublicKey.Encoded.ToArray();
        byte[] signed = NoisePayload.SignedMessage(_peer.StaticKey);
        byte[] signature = _peer.Identity.Sign(signed);
        switch (kind)
        {
            case "no payload":
                return [];
            case "no key":
                return NoisePayload.Encode([], signature, []);
            case "no signature":
                return NoisePayload.Encode(key, signature, [])[..(2 + key.Length)];
            case "empty signature":
                return NoisePayload.Encode(key, [], []);
            case "changed signature":
                signature[10] ^= 1;
                return NoisePayload.Encode(key, signature, []);
            case "signature without the prefix":
                return NoisePayload.Encode(key, _peer.Identity.Sign(_peer.StaticKey), []);
            case "signature over another static key":
                return NoisePayload.Encode(key, _peer.Identity.Sign(NoisePayload.SignedMessage(new byte[32])), []);
            case "another's key":
                return NoisePayload.Encode(KeyPair.GenerateEd25519().PublicKey.Encoded.Span, signature, []);
            case "undecodable key":
                return NoisePayload.Encode([8, 1, 18, 1, 0], signature, []);
            case "not protobuf":
                return [0xFF, 0xFF, 0xFF];
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown.");
        }
    }

    private static SecurityHandshakeError ErrorOf(string kind) =>
        kind == "not protobuf" ? SecurityHandshakeError.Malformed : SecurityHandshakeError.InvalidIdentity;

    private async Task ExpectNoThirdMessageAsync(Task responding)
    {
        await _pair.Left.Output.CompleteAsync();
        await Assert.ThrowsAsync<EndOfStreamException>(() => responding.Within());
    }

    private static async Task ExpectFailureAsync(SecurityHandshakeError expected, Task securing) =>
        Assert.Equal(expected, (await Assert.ThrowsAsync<SecurityHandshakeException>(() => securing.Within())).Error);

    private static string[] Muxers(string list) => list.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
