namespace RendezvousCluster.Libp2p.Identity;

/// <summary>The key types of the peer-ids spec, with their protobuf numbers.</summary>
public enum KeyType
{
    /// <summary>RSA, 2048 to 8192 bits, PKCS#1 v1.5 over SHA-256.</summary>
    Rsa = 0,

    /// <summary>Ed25519 (RFC 8032).</summary>
    Ed25519 = 1,

    /// <summary>ECDSA over secp256k1 and SHA-256, 33-byte compressed points.</summary>
    Secp256k1 = 2,

    /// <summary>ECDSA over P-256, P-384 or P-521 and SHA-256.</summary>
    Ecdsa = 3,
}
