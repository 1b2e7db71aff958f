using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace RendezvousCluster.Libp2p.Security.Noise;

/// <summary>
/// Noise section 5.2: the chaining key, into which every shared secret goes, and the hash of everything both sides have sent so far, which
/// every sealed handshake message authenticates. SHA-256 and HMAC as in the specification; the framework's HKDF is not used because it
/// refuses the empty input key material of <see cref="Split"/>.
/// </summary>
internal sealed class SymmetricState : IDisposable
{
    private const int HashBytes = SHA256.HashSizeInBytes;

    private readonly byte[] _chainingKey = new byte[HashBytes];
    private readonly byte[] _hash = new byte[HashBytes];
    private readonly CipherState _cipher = new();

    public SymmetricState(string protocolName)
    {
        // A name that fits into the hash is padded with zeros, not hashed; ours takes exactly 32 bytes.
        if (Encoding.ASCII.GetByteCount(protocolName) <= HashBytes)
        {
            Encoding.ASCII.GetBytes(protocolName, _hash);
        }
        else
        {
            SHA256.HashData(Encoding.ASCII.GetBytes(protocolName), _hash);
        }

        _hash.CopyTo(_chainingKey, 0);
    }

    /// <summary>The hash of the transcript; after the handshake it names this session.</summary>
    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>How much longer <see cref="EncryptAndHash"/> makes a message now.</summary>
    public int OverheadBytes => _cipher.HasKey ? CipherState.TagBytes : 0;

    public void MixHash(ReadOnlySpan<byte> data)
    {
        byte[]? rented = null;
        int length = HashBytes + data.Length;
        Span<byte> input = length <= 512 ? stackalloc byte[length] : (rented = ArrayPool<byte>.Shared.Rent(length)).AsSpan(0, length);
        _hash.CopyTo(input);
        data.CopyTo(input[HashBytes..]);
        SHA256.HashData(input, _hash);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public void MixKey(ReadOnlySpan<byte> inputKeyMaterial)
    {
        Span<byte> key = stackalloc byte[HashBytes];
        DeriveTwo(inputKeyMaterial, _chainingKey, key);
        _cipher.InitializeKey(key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Seals (or, before the first key, copies) into <paramref name="destination"/> and answers the bytes written.</summary>
    public int EncryptAndHash(ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        Span<byte> written = destination[..(plaintext.Length + OverheadBytes)];
        if (_cipher.HasKey)
        {
            _cipher.Encrypt(_hash, plaintext, written);
        }
        else
        {
            plaintext.CopyTo(written);
        }

        MixHash(written);
        return written.Length;
    }

    /// <summary>Opens (or, before the first key, copies) <paramref name="message"/>; false when it does not authenticate.</summary>
    /// <param name="message">As received.</param>
    /// <param name="plaintext">As long as the message less <see cref="OverheadBytes"/>.</param>
    public bool TryDecryptAndHash(ReadOnlySpan<byte> message, Span<byte> plaintext)
    {
        if (!_cipher.HasKey)
        {
            message.CopyTo(plaintext);
        }
        else if (!_cipher.TryDecrypt(_hash, message, plaintext))
        {
            return false;
        }

        MixHash(message);
        return true;
    }

    /// <summary>The keys of the two directions: the first seals what the initiator sends, the second what the responder sends.</summary>
    public (CipherState Initiator, CipherState Responder) Split()
    {
        Span<byte> first = stackalloc byte[HashBytes];
        Span<byte> second = stackalloc byte[HashBytes];
        DeriveTwo([], first, second);
        var initiator = new CipherState();
        initiator.InitializeKey(first);
        var responder = new CipherState();
        responder.InitializeKey(second);
        CryptographicOperations.ZeroMemory(first);
        CryptographicOperations.ZeroMemory(second);
        return (initiator, responder);
    }

    public void Dispose()
    {
        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_chainingKey);
    }

    // HKDF with the chaining key as salt, no info, two outputs. The first output may overwrite the chaining key.
    private void DeriveTwo(ReadOnlySpan<byte> inputKeyMaterial, Span<byte> first, Span<byte> second)
    {
        Span<byte> temporaryKey = stackalloc byte[HashBytes];
        HMACSHA256.HashData(_chainingKey, inputKeyMaterial, temporaryKey);

        Span<byte> input = stackalloc byte[HashBytes + 1];
        input[0] = 1;
        HMACSHA256.HashData(temporaryKey, input[..1], first);
        first.CopyTo(input);
        input[HashBytes] = 2;
        HMACSHA256.HashData(temporaryKey, input, second);
        CryptographicOperations.ZeroMemory(temporaryKey);
        CryptographicOperations.ZeroMemory(input);
    }
}
