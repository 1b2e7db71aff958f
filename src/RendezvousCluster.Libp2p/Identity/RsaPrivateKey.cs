using System.Security.Cryptography;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>RSA: an <c>RSAPrivateKey</c> (PKCS#1) in DER.</summary>
internal sealed class RsaPrivateKey : PrivateKey
{
    private const int GeneratedModulusBits = 2048;

    private readonly Lock _lock = new(); // the platform's key objects promise no thread safety
    private readonly RSA _rsa;

    private RsaPrivateKey(RSA rsa, PublicKey publicKey)
    {
        _rsa = rsa;
        PublicKey = publicKey;
    }

    public override PublicKey PublicKey { get; }

    public static RsaPrivateKey Generate()
    {
        var rsa = RSA.Create(GeneratedModulusBits);
        return new RsaPrivateKey(rsa, PublicKey.FromData(KeyType.Rsa, rsa.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>Null when the size is out of bounds or bytes follow the structure.</summary>
    /// <exception cref="CryptographicException">It is not a key.</exception>
    public static RsaPrivateKey? Import(ReadOnlySpan<byte> pkcs1)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportRSAPrivateKey(pkcs1, out int bytesRead);
            byte[] encoded = KeyProtobuf.Encode(KeyType.Rsa, rsa.ExportSubjectPublicKeyInfo());
            if (bytesRead == pkcs1.Length && PublicKey.TryDecode(encoded, out PublicKey? publicKey))
            {
                var key = new RsaPrivateKey(rsa, publicKey);
                rsa = null;
                return key;
            }

            return null;
        }
        finally
        {
            rsa?.Dispose();
        }
    }

    public override byte[] ExportData()
    {
        lock (_lock)
        {
            return _rsa.ExportRSAPrivateKey();
        }
    }

    public override byte[] Sign(ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            return _rsa.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }
}
