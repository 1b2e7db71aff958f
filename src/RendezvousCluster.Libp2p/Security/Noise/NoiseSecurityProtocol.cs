using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Security.Noise;

// Request path, step 4: authenticate the peer.
/// <summary>
/// libp2p's Noise: the XX handshake, in which each side proves with its identity key that the Diffie-Hellman key it uses is its own, then
/// sealed frames both ways.
/// <para>
/// One instance serves the whole process. Its X25519 static key is made with the instance, never stored, and shared by all connections;
/// therefore what the identity key signs is the same every time and is signed once. Each connection still has its own ephemeral keys.
/// A responder makes its ephemeral key only when the first message has arrived: a connection that says nothing costs nothing.
/// </para>
/// </summary>
/// <seealso href="https://github.com/libp2p/specs/blob/master/noise/README.md"/>
public sealed class NoiseSecurityProtocol : ISecurityProtocol
{
    /// <summary>Its protocol id.</summary>
    public const string Id = "/noise";

    private readonly X25519KeyPair _static = X25519KeyPair.Generate();
    private readonly IReadOnlyList<string> _muxers;
    private readonly Libp2pLimits _limits;
    private readonly byte[] _responderPayload;
    private readonly byte[] _initiatorPayloadWithoutMuxer;
    private readonly Dictionary<string, byte[]> _initiatorPayloads;

    /// <summary>Makes the process's Noise.</summary>
    /// <param name="identity">The host's key.</param>
    /// <param name="muxers">
    /// Muxers to agree on inside the handshake, best first, in the usual order (yamux, mplex); empty to leave that to multistream-select.
    /// </param>
    /// <param name="limits">Bounds the size of handshake messages.</param>
    public NoiseSecurityProtocol(KeyPair identity, IReadOnlyList<string> muxers, Libp2pLimits limits)
    {
        _muxers = [.. muxers];
        _limits = limits;
        ReadOnlySpan<byte> key = identity.PublicKey.Encoded.Span;
        byte[] signature = identity.Sign(NoisePayload.SignedMessage(_static.PublicKey));
        _responderPayload = NoisePayload.Encode(key, signature, _muxers);
        _initiatorPayloadWithoutMuxer = NoisePayload.Encode(key, signature, []);
        _initiatorPayloads = [];
        foreach (string muxer in _muxers)
        {
            _initiatorPayloads[muxer] = NoisePayload.Encode(key, signature, [muxer]);
        }
    }

    /// <inheritdoc/>
    public string ProtocolId => Id;

    /// <inheritdoc/>
    public async ValueTask<SecuredConnection> SecureInboundAsync(IDuplexPipe transport, CancellationToken cancellationToken)
    {
        byte[] first = await ReadAsync(transport, cancellationToken).ConfigureAwait(false);
        using HandshakeState handshake = Begin(isInitiator: false);

        // No payload is defined for the first message; nothing in it is looked at.
        handshake.ReadMessage(first, new byte[first.Length]);
        await NoiseHandshakeIo.WriteAsync(transport.Output, handshake, _responderPayload, cancellationToken).ConfigureAwait(false);
        byte[] third = await ReadAsync(transport, cancellationToken).ConfigureAwait(false);
        RemoteProof remote = ReadProof(handshake, third);
        return Secure(transport, handshake, remote.PublicKey, EarlyMuxerChoice.Choose(remote.StreamMuxers, _muxers));
    }

    /// <inheritdoc/>
    public async ValueTask<SecuredConnection> SecureOutboundAsync(
        IDuplexPipe transport, PeerId? expectedPeer, CancellationToken cancellationToken)
    {
        using HandshakeState handshake = Begin(isInitiator: true);
        await NoiseHandshakeIo.WriteAsync(transport.Output, handshake, default, cancellationToken).ConfigureAwait(false);
        byte[] second = await ReadAsync(transport, cancellationToken).ConfigureAwait(false);
        RemoteProof remote = ReadProof(handshake, second);
        if (expectedPeer is not null && !expectedPeer.Equals(remote.PublicKey.PeerId))
        {
            throw new SecurityHandshakeException(
                SecurityHandshakeError.PeerIdMismatch, $"Dialled {expectedPeer}, but {remote.PublicKey.PeerId} answered.");
        }

        string? muxer = EarlyMuxerChoice.Choose(_muxers, remote.StreamMuxers);
        byte[] payload = muxer is null ? _initiatorPayloadWithoutMuxer : _initiatorPayloads[muxer];
        await NoiseHandshakeIo.WriteAsync(transport.Output, handshake, payload, cancellationToken).ConfigureAwait(false);
        return Secure(transport, handshake, remote.PublicKey, muxer);
    }

    private ValueTask<byte[]> ReadAsync(IDuplexPipe transport, CancellationToken cancellationToken) =>
        NoiseHandshakeIo.ReadAsync(transport.Input, _limits.NoiseMaxHandshakeBytes, cancellationToken);

    private HandshakeState Begin(bool isInitiator) => new(isInitiator, _static, X25519KeyPair.Generate(), prologue: default);

    private static SecuredConnection Secure(IDuplexPipe transport, HandshakeState handshake, PublicKey remoteKey, string? muxer)
    {
        (CipherState send, CipherState receive) = handshake.Split();
        return new SecuredConnection(remoteKey, new NoiseDuplexPipe(transport, send, receive), muxer);
    }

    // Reads message 2 or 3 and checks what makes it libp2p: the identity key in its payload signed the static key of the handshake.
    private static RemoteProof ReadProof(HandshakeState handshake, ReadOnlySpan<byte> message)
    {
        byte[] buffer = new byte[message.Length];
        int payloadBytes = handshake.ReadMessage(message, buffer);
        if (!NoisePayload.TryDecode(buffer.AsSpan(0, payloadBytes), out NoisePayload payload))
        {
            throw new SecurityHandshakeException(SecurityHandshakeError.Malformed, "The handshake payload is not a protobuf message.");
        }

        if (!PublicKey.TryDecode(payload.IdentityKey, out PublicKey? key))
        {
            throw new SecurityHandshakeException(
                SecurityHandshakeError.InvalidIdentity, "The remote's identity key is missing or unusable.");
        }

        if (!key.Verify(NoisePayload.SignedMessage(handshake.RemoteStatic), payload.Signature))
        {
            throw new SecurityHandshakeException(
                SecurityHandshakeError.InvalidIdentity, "The remote's identity key did not sign the static key of this handshake.");
        }

        return new RemoteProof(key, payload.StreamMuxers);
    }

    private sealed record RemoteProof(PublicKey PublicKey, IReadOnlyList<string> StreamMuxers);
}
