using System.Security.Cryptography;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Security.Noise;

/// <summary>A Diffie-Hellman key pair of Noise. Disposing it wipes the secret.</summary>
internal sealed class X25519KeyPair : IDisposable
{
    public const int KeyBytes = Sodium.X25519KeyBytes;

    private readonly byte[] _secret;
    private readonly byte[] _publicKey = new byte[KeyBytes];

    private X25519KeyPair(byte[] secret)
    {
        _secret = secret;
        Sodium.X25519BaseMult(_secret, _publicKey);
    }

    public ReadOnlySpan<byte> PublicKey => _publicKey;

    public static X25519KeyPair Generate() => new(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <summary>The pair of a given 32-byte secret, which is copied.</summary>
    public static X25519KeyPair FromSecret(ReadOnlySpan<byte> secret) => new(secret.ToArray());

    /// <summary>The shared secret with a remote key; false when that key is of low order, chosen to make the secret known.</summary>
    public bool TryAgree(ReadOnlySpan<byte> remotePublicKey, Span<byte> sharedSecret) =>
        Sodium.X25519(_secret, remotePublicKey, sharedSecret);

    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);
}
