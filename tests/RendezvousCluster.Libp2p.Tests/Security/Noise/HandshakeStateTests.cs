using RendezvousCluster.Libp2p.Security;
using RendezvousCluster.Libp2p.Security.Noise;

namespace RendezvousCluster.Libp2p.Tests.Security.Noise;

public sealed class HandshakeStateTests
{
    // The points of order 1, 2, 4 and 8 on Curve25519 and its twist, in the forms below 2^255 (as RFC 7748, section 6.1 warns of them).
    public static TheoryData<string> LowOrderPoints =>
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];

    [Fact]
    public void The_protocol_name_fills_the_hash_exactly() => Assert.Equal(32, HandshakeState.ProtocolName.Length);

    [Theory]
    [MemberData(nameof(LowOrderPoints))]
    public void A_responder_refuses_an_ephemeral_key_of_low_order(string point)
    {
        using HandshakeState responder = Create(isInitiator: false);
        responder.ReadMessage(Convert.FromHexString(point), new byte[32]);
        ExpectFailure(SecurityHandshakeError.Malformed, () => responder.WriteMessage(default, new byte[256]));
    }

    [Theory]
    [MemberData(nameof(LowOrderPoints))]
    public void An_initiator_refuses_an_ephemeral_key_of_low_order(string point)
    {
        using HandshakeState initiator = Create(isInitiator: true);
        initiator.WriteMessage(default, new byte[32]);
        byte[] second = [.. Convert.FromHexString(point), .. new byte[64]];
        ExpectFailure(SecurityHandshakeError.Malformed, () => initiator.ReadMessage(second, new byte[second.Length]));
    }

    // A liar who knows the protocol can seal any 32 bytes as its static key; the shared secret is refused before the payload is opened.
    [Theory]
    [MemberData(nameof(LowOrderPoints))]
    public void An_initiator_refuses_a_static_key_of_low_order(string point)
    {
        using HandshakeState initiator = Create(isInitiator: true);
        byte[] first = new byte[32];
        initiator.WriteMessage(default, first);

        using X25519KeyPair ephemeral = X25519KeyPair.Generate();
        using var symmetric = new SymmetricState(HandshakeState.ProtocolName);
        symmetric.MixHash(default);
        symmetric.MixHash(first);
        symmetric.EncryptAndHash(default, default);
        symmetric.MixHash(ephemeral.PublicKey);
        byte[] shared = new byte[32];
        Assert.True(ephemeral.TryAgree(first, shared));
        symmetric.MixKey(shared);
        byte[] second = new byte[32 + 48 + 16];
        ephemeral.PublicKey.CopyTo(second);
        symmetric.EncryptAndHash(Convert.FromHexString(point), second.AsSpan(32));

        ExpectFailure(SecurityHandshakeError.Malformed, () => initiator.ReadMessage(second, new byte[second.Length]));
    }

    [Fact]
    public void Every_message_cut_short_of_its_keys_is_malformed()
    {
        for (int index = 0; index < 3; index++)
        {
            using HandshakeState initiator = Create(isInitiator: true);
            using HandshakeState responder = Create(isInitiator: false);
            for (int before = 0; before < index; before++)
            {
                Exchange(before % 2 == 0 ? initiator : responder, before % 2 == 0 ? responder : initiator);
            }

            HandshakeState reader = index % 2 == 0 ? responder : initiator;
            byte[] tooShort = new byte[reader.NextOverheadBytes - 1];
            ExpectFailure(SecurityHandshakeError.Malformed, () => reader.ReadMessage(tooShort, new byte[tooShort.Length]));
        }
    }

    [Fact]
    public void Messages_have_one_writer_each_and_keys_come_only_after_the_last()
    {
        using HandshakeState initiator = Create(isInitiator: true);
        using HandshakeState responder = Create(isInitiator: false);
        Assert.Throws<InvalidOperationException>(() => responder.WriteMessage(default, new byte[256]));
        Assert.Throws<InvalidOperationException>(() => initiator.ReadMessage(new byte[256], new byte[256]));
        Exchange(initiator, responder);
        Assert.Throws<InvalidOperationException>(() => initiator.WriteMessage(default, new byte[256]));
        Assert.Throws<InvalidOperationException>(() => initiator.Split());
        Exchange(responder, initiator);
        Exchange(initiator, responder);
        Assert.Throws<InvalidOperationException>(() => responder.WriteMessage(default, new byte[256]));
        Assert.Throws<InvalidOperationException>(() => initiator.ReadMessage(new byte[256], new byte[256]));
        (CipherState send, _) = initiator.Split();
        (_, CipherState receive) = responder.Split();
        byte[] message = new byte[3 + CipherState.TagBytes];
        send.Encrypt(default, [1, 2, 3], message);
        Assert.True(receive.TryDecrypt(default, message, new byte[3]));
    }

    [Fact]
    public void Different_prologues_do_not_meet()
    {
        using HandshakeState initiator = new(true, X25519KeyPair.Generate(), X25519KeyPair.Generate(), [1]);
        using HandshakeState responder = Create(isInitiator: false);
        Exchange(initiator, responder);
        ExpectFailure(SecurityHandshakeError.DecryptFailed, () => Exchange(responder, initiator));
    }

    private static HandshakeState Create(bool isInitiator) =>
        new(isInitiator, X25519KeyPair.Generate(), X25519KeyPair.Generate(), prologue: default);

    private static void Exchange(HandshakeState writer, HandshakeState reader)
    {
        byte[] message = new byte[writer.NextOverheadBytes];
        writer.WriteMessage(default, message);
        reader.ReadMessage(message, new byte[message.Length]);
    }

    private static void ExpectFailure(SecurityHandshakeError expected, Action action) =>
        Assert.Equal(expected, Assert.Throws<SecurityHandshakeException>(action).Error);
}
