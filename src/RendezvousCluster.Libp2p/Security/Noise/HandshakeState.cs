using System.Security.Cryptography;

namespace RendezvousCluster.Libp2p.Security.Noise;

/// <summary>
/// Noise_XX_25519_ChaChaPoly_SHA256 as a pure machine over spans: no I/O, no randomness of its own. The two sides write and read three
/// messages in turn, then <see cref="Split"/>.
/// <code>
///   message 1   initiator ─▶ responder    e                 payload
///   message 2   initiator ◀─ responder    e  ee  s  es      payload
///   message 3   initiator ─▶ responder    s  se             payload
///
///   e   32 bytes   ephemeral key in the clear
///   s   48 bytes   static key, sealed: hidden from all but the other side, the initiator's from all but the proved responder
///   ee es se       no bytes: a shared secret goes into the key (first letter: whose of the initiator, second: of the responder)
/// </code>
/// Once message 3 is read, the handshake guarantees: both hold the static keys they showed, nobody changed a byte (each seal covers the
/// hash of all before), and later theft of a static key opens nothing. It does not say who owns a static key: the payloads of libp2p prove
/// that. A failed read ends the handshake: the state is then spent.
/// </summary>
internal sealed class HandshakeState : IDisposable
{
    /// <summary>Exactly 32 bytes.</summary>
    public const string ProtocolName = "Noise_XX_25519_ChaChaPoly_SHA256";

    private const int MessageCount = 3;

    private readonly SymmetricState _symmetric = new(ProtocolName);
    private readonly bool _isInitiator;
    private readonly X25519KeyPair _static;
    private readonly X25519KeyPair _ephemeral;
    private readonly byte[] _remoteEphemeral = new byte[X25519KeyPair.KeyBytes];
    private readonly byte[] _remoteStatic = new byte[X25519KeyPair.KeyBytes];
    private int _messageIndex;

    /// <param name="isInitiator">Whether this side writes the first message.</param>
    /// <param name="staticKey">The long-lived pair; the caller keeps it.</param>
    /// <param name="ephemeralKey">A fresh pair for this handshake; wiped with it.</param>
    /// <param name="prologue">Bytes both sides must agree on; empty in libp2p.</param>
    public HandshakeState(bool isInitiator, X25519KeyPair staticKey, X25519KeyPair ephemeralKey, ReadOnlySpan<byte> prologue)
    {
        _isInitiator = isInitiator;
        _static = staticKey;
        _ephemeral = ephemeralKey;
        _symmetric.MixHash(prologue);
    }

    /// <summary>The other side's static key; meaningful once its message with an <c>s</c> was read.</summary>
    public ReadOnlySpan<byte> RemoteStatic => _remoteStatic;

    public ReadOnlySpan<byte> HandshakeHash => _symmetric.Hash;

    /// <summary>How many bytes the message that comes next is longer than its payload.</summary>
    public int NextOverheadBytes => _messageIndex switch
    {
        0 => X25519KeyPair.KeyBytes,
        1 => X25519KeyPair.KeyBytes + X25519KeyPair.KeyBytes + 2 * CipherState.TagBytes,
        _ => X25519KeyPair.KeyBytes + 2 * CipherState.TagBytes,
    };

    /// <summary>Writes the next message into <paramref name="destination"/> and answers its length.</summary>
    /// <exception cref="SecurityHandshakeException">The key that the remote sent is a point of low order.</exception>
    public int WriteMessage(ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        ThrowIfNotTurnOf(isWriter: true);
        int written = 0;
        switch (_messageIndex++)
        {
            case 0:
                written += WriteEphemeral(destination);
                break;
            case 1:
                written += WriteEphemeral(destination);
                MixEphemeralEphemeral();
                written += _symmetric.EncryptAndHash(_static.PublicKey, destination[written..]);
                MixEphemeralStatic();
                break;
            default:
                written += _symmetric.EncryptAndHash(_static.PublicKey, destination[written..]);
                MixStaticEphemeral();
                break;
        }

        return written + _symmetric.EncryptAndHash(payload, destination[written..]);
    }

    /// <summary>Reads the next message, opens its payload into <paramref name="payload"/> and answers the payload's length.</summary>
    /// <param name="message">The whole message as received.</param>
    /// <param name="payload">At least as long as the message.</param>
    /// <exception cref="SecurityHandshakeException">It is too short, does not authenticate, or holds a point of low order.</exception>
    public int ReadMessage(ReadOnlySpan<byte> message, Span<byte> payload)
    {
        ThrowIfNotTurnOf(isWriter: false);
        if (message.Length < NextOverheadBytes)
        {
            throw new SecurityHandshakeException(
                SecurityHandshakeError.Malformed,
                $"Noise message {_messageIndex + 1} has {message.Length} bytes, fewer than its keys take.");
        }

        switch (_messageIndex++)
        {
            case 0:
                ReadEphemeral(ref message);
                break;
            case 1:
                ReadEphemeral(ref message);
                MixEphemeralEphemeral();
                ReadStatic(ref message);
                MixEphemeralStatic();
                break;
            default:
                ReadStatic(ref message);
                MixStaticEphemeral();
                break;
        }

        Span<byte> opened = payload[..(message.Length - _symmetric.OverheadBytes)];
        Open(message, opened);
        return opened.Length;
    }

    /// <summary>The keys of the two directions, once all messages are exchanged.</summary>
    public (CipherState Send, CipherState Receive) Split()
    {
        if (_messageIndex != MessageCount)
        {
            throw new InvalidOperationException("The handshake is not complete.");
        }

        (CipherState initiator, CipherState responder) = _symmetric.Split();
        return _isInitiator ? (initiator, responder) : (responder, initiator);
    }

    public void Dispose()
    {
        _ephemeral.Dispose();
        _symmetric.Dispose();
    }

    private void ThrowIfNotTurnOf(bool isWriter)
    {
        bool isOurTurn = _messageIndex < MessageCount && (_messageIndex % 2 == 0) == _isInitiator;
        if (_messageIndex >= MessageCount || isOurTurn != isWriter)
        {
            throw new InvalidOperationException($"Message {_messageIndex + 1} is not this side's to {(isWriter ? "write" : "read")}.");
        }
    }

    private int WriteEphemeral(Span<byte> destination)
    {
        _ephemeral.PublicKey.CopyTo(destination);
        _symmetric.MixHash(_ephemeral.PublicKey);
        return X25519KeyPair.KeyBytes;
    }

    private void ReadEphemeral(ref ReadOnlySpan<byte> message)
    {
        message[..X25519KeyPair.KeyBytes].CopyTo(_remoteEphemeral);
        _symmetric.MixHash(_remoteEphemeral);
        message = message[X25519KeyPair.KeyBytes..];
    }

    private void ReadStatic(ref ReadOnlySpan<byte> message)
    {
        int length = X25519KeyPair.KeyBytes + _symmetric.OverheadBytes;
        Open(message[..length], _remoteStatic);
        message = message[length..];
    }

    private void Open(ReadOnlySpan<byte> message, Span<byte> plaintext)
    {
        if (!_symmetric.TryDecryptAndHash(message, plaintext))
        {
            throw new SecurityHandshakeException(
                SecurityHandshakeError.DecryptFailed, $"Noise message {_messageIndex} does not authenticate.");
        }
    }

    private void MixEphemeralEphemeral() => MixSharedSecret(_ephemeral, _remoteEphemeral);

    private void MixEphemeralStatic() =>
        MixSharedSecret(_isInitiator ? _ephemeral : _static, _isInitiator ? _remoteStatic : _remoteEphemeral);

    private void MixStaticEphemeral() =>
        MixSharedSecret(_isInitiator ? _static : _ephemeral, _isInitiator ? _remoteEphemeral : _remoteStatic);

    private void MixSharedSecret(X25519KeyPair own, ReadOnlySpan<byte> remote)
    {
        Span<byte> shared = stackalloc byte[X25519KeyPair.KeyBytes];
        if (!own.TryAgree(remote, shared))
        {
            throw new SecurityHandshakeException(SecurityHandshakeError.Malformed, "The remote sent an X25519 point of low order.");
        }

        _symmetric.MixKey(shared);
        CryptographicOperations.ZeroMemory(shared);
    }
}
