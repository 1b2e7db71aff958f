using System.Security.Cryptography;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>A private identity key with its public half. Lives as long as the process; signing is thread-safe.</summary>
/// <remarks>Peer-ids spec, https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md.</remarks>
public sealed class KeyPair
{
    // What Sign needs: libsodium's 64 bytes for Ed25519.
    private readonly byte[] _privateKey;

    private KeyPair(PublicKey publicKey, byte[] privateKey)
    {
        PublicKey = publicKey;
        _privateKey = privateKey;
    }

    /// <summary>The public half.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>The peer id of this identity.</summary>
    public PeerId PeerId => PublicKey.PeerId;

    /// <summary>Makes a new Ed25519 identity.</summary>
    public static KeyPair GenerateEd25519()
    {
        Span<byte> seed = stackalloc byte[Sodium.Ed25519SeedBytes];
        Sodium.RandomBytes(seed);
        KeyPair keyPair = FromEd25519Seed(seed);
        CryptographicOperations.ZeroMemory(seed);
        return keyPair;
    }

    /// <summary>The Ed25519 identity of a 32-byte seed.</summary>
    /// <exception cref="ArgumentException">The seed has another length.</exception>
    public static KeyPair FromEd25519Seed(ReadOnlySpan<byte> seed)
    {
        Span<byte> publicKey = stackalloc byte[Sodium.Ed25519PublicKeyBytes];
        byte[] secretKey = new byte[Sodium.Ed25519SecretKeyBytes];
        Sodium.Ed25519KeyPairFromSeed(seed, publicKey, secretKey);
        return new KeyPair(PublicKey.FromData(KeyType.Ed25519, publicKey), secretKey);
    }

    /// <summary>Signs <paramref name="message"/> as the peer-ids spec says for the key's type.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        byte[] signature = new byte[Sodium.Ed25519SignatureBytes];
        Sodium.Ed25519Sign(message, _privateKey, signature);
        return signature;
    }
}
