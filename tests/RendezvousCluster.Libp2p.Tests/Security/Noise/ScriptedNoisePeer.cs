using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Security.Noise;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Security.Noise;

/// <summary>The other side of a handshake, played by the test: correct Noise with any payload that the test wants.</summary>
internal sealed class ScriptedNoisePeer(IDuplexPipe pipe) : IDisposable
{
    private readonly X25519KeyPair _static = X25519KeyPair.Generate();

    public KeyPair Identity { get; } = KeyPair.GenerateEd25519();

    public ReadOnlySpan<byte> StaticKey => _static.PublicKey;

    /// <summary>A payload that proves <see cref="Identity"/>, with the given muxers on offer.</summary>
    public byte[] HonestPayload(params string[] muxers) =>
        NoisePayload.Encode(Identity.PublicKey.Encoded.Span, Identity.Sign(NoisePayload.SignedMessage(StaticKey)), muxers);

    /// <summary>Dials; answers the payload that the responder sent and the channel.</summary>
    public async Task<(byte[] RemotePayload, NoiseDuplexPipe Transport)> InitiateAsync(byte[] payload, byte[]? firstPayload = null)
    {
        using var handshake = new HandshakeState(true, _static, X25519KeyPair.Generate(), prologue: default);
        await WriteAsync(handshake, firstPayload ?? []);
        byte[] remotePayload = await ReadAsync(handshake);
        await WriteAsync(handshake, payload);
        return (remotePayload, Split(handshake));
    }

    /// <summary>Answers a dial; answers the payload that the initiator sent and the channel.</summary>
    public async Task<(byte[] RemotePayload, NoiseDuplexPipe Transport)> RespondAsync(byte[] payload)
    {
        using var handshake = new HandshakeState(false, _static, X25519KeyPair.Generate(), prologue: default);
        await ReadAsync(handshake);
        await WriteAsync(handshake, payload);
        byte[] remotePayload = await ReadAsync(handshake);
        return (remotePayload, Split(handshake));
    }

    public static IReadOnlyList<string> MuxersOf(byte[] payload)
    {
        Assert.True(NoisePayload.TryDecode(payload, out NoisePayload decoded));
        return decoded.StreamMuxers;
    }

    public void Dispose() => _static.Dispose();

    private NoiseDuplexPipe Split(HandshakeState handshake)
    {
        (CipherState send, CipherState receive) = handshake.Split();
        return new NoiseDuplexPipe(pipe, send, receive);
    }

    private async Task WriteAsync(HandshakeState handshake, byte[] payload)
    {
        byte[] frame = new byte[NoiseFrame.LengthBytes + handshake.NextOverheadBytes + payload.Length];
        int bodyBytes = handshake.WriteMessage(payload, frame.AsSpan(NoiseFrame.LengthBytes));
        NoiseFrame.WriteLength(frame, bodyBytes);
        await pipe.Output.WriteAsync(frame).Within();
    }

    private async Task<byte[]> ReadAsync(HandshakeState handshake)
    {
        byte[] frame = await RawFrame.ReadAsync(pipe.Input) ?? throw new EndOfStreamException("The other side hung up.");
        byte[] payload = new byte[frame.Length];
        return payload[..handshake.ReadMessage(frame.AsSpan(NoiseFrame.LengthBytes), payload)];
    }
}
