using System.Security.Cryptography;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>Ed25519: 64 bytes, the seed and the public key. Old files repeat the public key (96 bytes).</summary>
internal sealed class Ed25519PrivateKey : PrivateKey
{
    private const int LegacyBytes = Sodium.Ed25519SecretKeyBytes + Sodium.Ed25519PublicKeyBytes;

    private readonly byte[] _secretKey;

    private Ed25519PrivateKey(PublicKey publicKey, byte[] secretKey)
    {
        PublicKey = publicKey;
        _secretKey = secretKey;
    }

    public override PublicKey PublicKey { get; }

    public static Ed25519PrivateKey Generate()
    {
        Span<byte> seed = stackalloc byte[Sodium.Ed25519SeedBytes];
        Sodium.RandomBytes(seed);
        Ed25519PrivateKey key = FromSeed(seed);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    public static Ed25519PrivateKey FromSeed(ReadOnlySpan<byte> seed)
    {
        Span<byte> publicKey = stackalloc byte[Sodium.Ed25519PublicKeyBytes];
        byte[] secretKey = new byte[Sodium.Ed25519SecretKeyBytes];
        Sodium.Ed25519KeyPairFromSeed(seed, publicKey, secretKey);
        return new Ed25519PrivateKey(PublicKey.FromData(KeyType.Ed25519, publicKey), secretKey);
    }

    /// <summary>Null when the length is wrong or a public key in it is not the seed's.</summary>
    public static Ed25519PrivateKey? Import(ReadOnlySpan<byte> data)
    {
        if (data.Length is not (Sodium.Ed25519SecretKeyBytes or LegacyBytes))
        {
            return null;
        }

        Ed25519PrivateKey key = FromSeed(data[..Sodium.Ed25519SeedBytes]);
        ReadOnlySpan<byte> publicKeys = data[Sodium.Ed25519SeedBytes..];
        bool belongTogether = publicKeys[..Sodium.Ed25519PublicKeyBytes].SequenceEqual(key.PublicKey.Data)
            && publicKeys[^Sodium.Ed25519PublicKeyBytes..].SequenceEqual(key.PublicKey.Data);
        return belongTogether ? key : null;
    }

    public override byte[] ExportData() => [.. _secretKey];

    public override byte[] Sign(ReadOnlySpan<byte> message)
    {
        byte[] signature = new byte[Sodium.Ed25519SignatureBytes];
        Sodium.Ed25519Sign(message, _secretKey, signature);
        return signature;
    }
}
