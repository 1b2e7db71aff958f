using System.Buffers.Binary;
using System.Security.Cryptography;

namespace RendezvousCluster.Libp2p.Security.Noise;

/// <summary>
/// Noise section 5.1: a ChaCha20-Poly1305 key and the count of messages it has protected. Each message takes the next count as its
/// nonce, so both sides must seal and open the same messages in the same order; a message that fails to open takes none.
/// <code>
///   nonce:  00 00 00 00 | u64 little-endian count
/// </code>
/// </summary>
internal sealed class CipherState : IDisposable
{
    public const int KeyBytes = 32;
    public const int TagBytes = 16;

    // The last count is reserved by the specification (for rekeying, which libp2p does not use).
    private const ulong ReservedNonce = ulong.MaxValue;

    private ChaCha20Poly1305? _aead;

    /// <summary>Whether a key is set; without one, messages pass in the clear.</summary>
    public bool HasKey => _aead is not null;

    /// <summary>How many messages this key has protected; set by tests only.</summary>
    public ulong Nonce { get; internal set; }

    /// <summary>Whether every nonce is spent; sealing and opening then throw.</summary>
    public bool IsExhausted => Nonce == ReservedNonce;

    public void InitializeKey(ReadOnlySpan<byte> key)
    {
        _aead?.Dispose();
        _aead = new ChaCha20Poly1305(key);
        Nonce = 0;
    }

    /// <summary>Seals <paramref name="plaintext"/> into <paramref name="destination"/>, which takes it and its tag.</summary>
    public void Encrypt(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> destination)
    {
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce);
        Span<byte> ciphertext = destination[..plaintext.Length];
        Span<byte> tag = destination.Slice(plaintext.Length, TagBytes);
        Aead.Encrypt(nonce, plaintext, ciphertext, tag, associatedData);
        Nonce++;
    }

    /// <summary>
    /// Opens <paramref name="message"/> (ciphertext and tag) into <paramref name="plaintext"/>, which is as long as the ciphertext. False
    /// when it is too short or does not authenticate; nothing is then to be read from <paramref name="plaintext"/>.
    /// </summary>
    public bool TryDecrypt(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> message, Span<byte> plaintext)
    {
        if (message.Length < TagBytes)
        {
            return false;
        }

        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce);
        try
        {
            Aead.Decrypt(nonce, message[..^TagBytes], message[^TagBytes..], plaintext, associatedData);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        Nonce++;
        return true;
    }

    public void Dispose() => _aead?.Dispose();

    private ChaCha20Poly1305 Aead => _aead ?? throw new InvalidOperationException("No key is set.");

    private void WriteNonce(Span<byte> nonce)
    {
        if (IsExhausted)
        {
            throw new InvalidOperationException("Every nonce of this key is spent.");
        }

        nonce[..4].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], Nonce);
    }
}
