using System.Text.Json;
using System.Text.Json.Serialization;
using RendezvousCluster.Libp2p.Security.Noise;

namespace RendezvousCluster.Libp2p.Tests.Security.Noise;

public sealed class NoiseVectorTests
{
    private const int HandshakeMessages = 3;

    private static readonly Vector[] Vectors = Load();

    [Fact]
    public void Both_collections_are_present() => Assert.Equal(["snow", "cacophony"], Vectors.Select(vector => vector.Source));

    [Theory]
    [InlineData("snow")]
    [InlineData("cacophony")]
    public void Both_sides_write_and_read_exactly_these_bytes(string source)
    {
        Vector vector = Vectors.Single(candidate => candidate.Source == source);
        using X25519KeyPair initiatorStatic = Pair(vector.InitiatorStatic);
        using X25519KeyPair responderStatic = Pair(vector.ResponderStatic);
        using var initiator = new HandshakeState(true, initiatorStatic, Pair(vector.InitiatorEphemeral), Bytes(vector.InitiatorPrologue));
        using var responder = new HandshakeState(false, responderStatic, Pair(vector.ResponderEphemeral), Bytes(vector.ResponderPrologue));
        for (int index = 0; index < HandshakeMessages; index++)
        {
            (HandshakeState writer, HandshakeState reader) = index % 2 == 0 ? (initiator, responder) : (responder, initiator);
            byte[] payload = Bytes(vector.Messages[index].Payload);
            byte[] message = new byte[writer.NextOverheadBytes + payload.Length];
            Assert.Equal(message.Length, writer.WriteMessage(payload, message));
            Assert.Equal(vector.Messages[index].Ciphertext, Hex(message));

            byte[] opened = new byte[message.Length];
            Assert.Equal(vector.Messages[index].Payload, Hex(opened.AsSpan(0, reader.ReadMessage(message, opened))));
        }

        Assert.Equal(Hex(initiatorStatic.PublicKey), Hex(responder.RemoteStatic));
        Assert.Equal(Hex(responderStatic.PublicKey), Hex(initiator.RemoteStatic));
        Assert.Equal(Hex(initiator.HandshakeHash), Hex(responder.HandshakeHash));
        Assert.Equal(vector.HandshakeHash ?? Hex(initiator.HandshakeHash), Hex(initiator.HandshakeHash));
        TransportMessagesMatch(vector, initiator, responder);
    }

    private static void TransportMessagesMatch(Vector vector, HandshakeState initiator, HandshakeState responder)
    {
        (CipherState initiatorSend, CipherState initiatorReceive) = initiator.Split();
        (CipherState responderSend, CipherState responderReceive) = responder.Split();
        Assert.True(vector.Messages.Count > HandshakeMessages);
        for (int index = HandshakeMessages; index < vector.Messages.Count; index++)
        {
            (CipherState send, CipherState receive) =
                index % 2 == 0 ? (initiatorSend, responderReceive) : (responderSend, initiatorReceive);
            byte[] plaintext = Bytes(vector.Messages[index].Payload);
            byte[] message = new byte[plaintext.Length + CipherState.TagBytes];
            send.Encrypt(default, plaintext, message);
            Assert.Equal(vector.Messages[index].Ciphertext, Hex(message));

            byte[] opened = new byte[plaintext.Length];
            Assert.True(receive.TryDecrypt(default, message, opened));
            Assert.Equal(plaintext, opened);
        }
    }

    private static Vector[] Load()
    {
        using Stream stream = typeof(NoiseVectorTests).Assembly.GetManifestResourceStream("noise-xx-25519-chachapoly-sha256.json")!;
        return JsonSerializer.Deserialize<Vector[]>(stream)!;
    }

    private static X25519KeyPair Pair(string secretHex) => X25519KeyPair.FromSecret(Bytes(secretHex));

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex);

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private sealed record Message(
        [property: JsonPropertyName("payload")] string Payload, [property: JsonPropertyName("ciphertext")] string Ciphertext);

    private sealed record Vector(
        [property: JsonPropertyName("source")] string Source,
        [property: JsonPropertyName("init_prologue")] string InitiatorPrologue,
        [property: JsonPropertyName("init_static")] string InitiatorStatic,
        [property: JsonPropertyName("init_ephemeral")] string InitiatorEphemeral,
        [property: JsonPropertyName("resp_prologue")] string ResponderPrologue,
        [property: JsonPropertyName("resp_static")] string ResponderStatic,
        [property: JsonPropertyName("resp_ephemeral")] string ResponderEphemeral,
        [property: JsonPropertyName("handshake_hash")] string? HandshakeHash,
        [property: JsonPropertyName("messages")] IReadOnlyList<Message> Messages);
}
