using System.Diagnostics.CodeAnalysis;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>A private identity key with its public half. Lives as long as the process; signing is thread-safe.</summary>
/// <remarks>Peer-ids spec, https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md.</remarks>
public sealed class KeyPair
{
    private readonly PrivateKey _privateKey;

    private KeyPair(PrivateKey privateKey) => _privateKey = privateKey;

    /// <summary>The public half.</summary>
    public PublicKey PublicKey => _privateKey.PublicKey;

    /// <summary>The peer id of this identity.</summary>
    public PeerId PeerId => PublicKey.PeerId;

    /// <summary>Makes a new Ed25519 identity: the kind that every libp2p peer must be able to verify.</summary>
    public static KeyPair GenerateEd25519() => new(Ed25519PrivateKey.Generate());

    /// <summary>Makes a new identity of any type: ECDSA over P-256, RSA with 2048 bits.</summary>
    public static KeyPair Generate(KeyType type) => new(type switch
    {
        KeyType.Ed25519 => Ed25519PrivateKey.Generate(),
        KeyType.Secp256k1 => Secp256k1PrivateKey.Generate(),
        KeyType.Ecdsa => EcdsaPrivateKey.Generate(),
        KeyType.Rsa => RsaPrivateKey.Generate(),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No such key type."),
    });

    /// <summary>The Ed25519 identity of a 32-byte seed.</summary>
    /// <exception cref="ArgumentException">The seed has another length.</exception>
    public static KeyPair FromEd25519Seed(ReadOnlySpan<byte> seed) => new(Ed25519PrivateKey.FromSeed(seed));

    /// <summary>Reads the protobuf <c>PrivateKey</c> of the peer-ids spec, as libp2p tools store it. All four key types.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encodedPrivateKey, [NotNullWhen(true)] out KeyPair? keyPair)
    {
        keyPair = PrivateKey.TryDecode(encodedPrivateKey, out PrivateKey? privateKey) ? new KeyPair(privateKey) : null;
        return keyPair is not null;
    }

    /// <summary>The protobuf <c>PrivateKey</c> of the peer-ids spec. Secret: its holder is this peer.</summary>
    public byte[] EncodePrivateKey() => KeyProtobuf.Encode(PublicKey.Type, _privateKey.ExportData());

    /// <summary>Signs <paramref name="message"/> as the peer-ids spec says for the key's type.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => _privateKey.Sign(message);
}
