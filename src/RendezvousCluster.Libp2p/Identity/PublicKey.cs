using System.Diagnostics.CodeAnalysis;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>A peer's identity key: <c>PublicKey { Type = 1, Data = 2 }</c> of the peer-ids spec, checked on the way in.</summary>
/// <remarks>
/// <para>Peer-ids spec, https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md. One encoding per key is accepted, so that a key
/// has one peer id:</para>
/// <code>
/// 08 type | 12 uvarint(length) data        both fields, in this order, minimal varints, nothing else
/// </code>
/// <para>It holds no native handle and needs no disposal: what a verification needs is made for that call. A server sees most keys
/// once.</para>
/// </remarks>
public sealed class PublicKey : IEquatable<PublicKey>
{
    /// <summary>Largest encoding accepted, in bytes. The largest legal key, RSA with 8192 bits, takes 1067.</summary>
    public const int MaxEncodedBytes = 1100;

    private readonly byte[] _encoded;
    private readonly int _dataOffset;

    private PublicKey(KeyType type, byte[] encoded, int dataOffset)
    {
        Type = type;
        _encoded = encoded;
        _dataOffset = dataOffset;
        PeerId = PeerId.FromEncodedPublicKey(encoded);
    }

    /// <summary>The kind of key.</summary>
    public KeyType Type { get; }

    /// <summary>The peer id derived from it.</summary>
    public PeerId PeerId { get; }

    /// <summary>The canonical protobuf encoding, as it is hashed into the peer id.</summary>
    public ReadOnlyMemory<byte> Encoded => _encoded;

    /// <summary>The key itself, in the form of its type: 32 raw bytes, a 33-byte compressed point, or an SPKI structure in DER.</summary>
    public ReadOnlySpan<byte> Data => _encoded.AsSpan(_dataOffset);

    /// <summary>Decodes and checks a key: canonical encoding only, known type, sane size. Costs no curve or modular arithmetic.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        if (encoded.Length > MaxEncodedBytes
            || !KeyProtobuf.TryDecode(encoded, out KeyType type, out ReadOnlySpan<byte> data)
            || !IsWellFormed(type, data))
        {
            return false;
        }

        key = new PublicKey(type, encoded.ToArray(), encoded.Length - data.Length);
        return true;
    }

    /// <summary>Whether <paramref name="signature"/> is this key's over <paramref name="message"/>. Never throws on bad input.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Type switch
    {
        KeyType.Ed25519 => Sodium.Ed25519Verify(message, signature, Data),
        KeyType.Secp256k1 => Secp256k1Verifier.Verify(Data, message, signature),
        KeyType.Ecdsa => EcdsaVerifier.Verify(Data, message, signature),
        KeyType.Rsa => RsaVerifier.Verify(Data, message, signature),
        _ => false,
    };

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) =>
        ReferenceEquals(this, other) || (other is not null && _encoded.AsSpan().SequenceEqual(other._encoded));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => PeerId.GetHashCode();

    /// <summary>The type and the peer id.</summary>
    public override string ToString() => $"{Type} {PeerId}";

    /// <summary>Wraps key data that this side made or derived; it is well formed.</summary>
    internal static PublicKey FromData(KeyType type, ReadOnlySpan<byte> data)
    {
        byte[] encoded = KeyProtobuf.Encode(type, data);
        return TryDecode(encoded, out PublicKey? key)
            ? key
            : throw new ArgumentException($"The data is not a public key of type {type}.", nameof(data));
    }

    private static bool IsWellFormed(KeyType type, ReadOnlySpan<byte> data) => type switch
    {
        KeyType.Ed25519 => data.Length == Sodium.Ed25519PublicKeyBytes,
        KeyType.Secp256k1 => Secp256k1Verifier.IsWellFormed(data),
        KeyType.Ecdsa => EcdsaVerifier.IsWellFormed(data),
        KeyType.Rsa => RsaVerifier.IsWellFormed(data),
        _ => false,
    };
}
