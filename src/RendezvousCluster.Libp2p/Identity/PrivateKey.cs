using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>The private half of an identity: one subclass per key type. Signing is thread-safe.</summary>
internal abstract class PrivateKey
{
    /// <summary>Largest encoding accepted, in bytes; RSA with 8192 bits takes 4.7 KiB.</summary>
    public const int MaxEncodedBytes = 8 * 1024;

    /// <summary>The public key that belongs to it.</summary>
    public abstract PublicKey PublicKey { get; }

    /// <summary>The key in the form that the peer-ids spec gives its type.</summary>
    public abstract byte[] ExportData();

    /// <summary>Signs as the peer-ids spec says for the type.</summary>
    public abstract byte[] Sign(ReadOnlySpan<byte> message);

    /// <summary>
    /// Decodes the spec's <c>PrivateKey { Type = 1, Data = 2 }</c>; false when it is malformed or its halves do not belong together.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out PrivateKey? key)
    {
        key = null;
        if (encoded.Length > MaxEncodedBytes || !KeyProtobuf.TryDecode(encoded, out KeyType type, out ReadOnlySpan<byte> data))
        {
            return false;
        }

        try
        {
            key = type switch
            {
                KeyType.Ed25519 => Ed25519PrivateKey.Import(data),
                KeyType.Secp256k1 => Secp256k1PrivateKey.Import(data),
                KeyType.Ecdsa => EcdsaPrivateKey.Import(data),
                KeyType.Rsa => RsaPrivateKey.Import(data),
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            key = null; // the platform cannot read the key, or finds it inconsistent
        }

        return key is not null;
    }
}
