using System.Security.Cryptography;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>ECDSA over P-256, P-384 or P-521: an <c>ECPrivateKey</c> (SEC 1) in DER, as in the spec's vector.</summary>
internal sealed class EcdsaPrivateKey : PrivateKey
{
    private readonly Lock _lock = new(); // the platform's key objects promise no thread safety
    private readonly ECDsa _ecdsa;

    private EcdsaPrivateKey(ECDsa ecdsa, PublicKey publicKey)
    {
        _ecdsa = ecdsa;
        PublicKey = publicKey;
    }

    public override PublicKey PublicKey { get; }

    public static EcdsaPrivateKey Generate()
    {
        var ecdsa = ECDsa.Create(EcdsaCurve.P256.Curve);
        return new EcdsaPrivateKey(ecdsa, PublicKeyOf(EcdsaCurve.P256, ecdsa.ExportParameters(includePrivateParameters: false).Q));
    }

    /// <summary>Null when the structure names no supported curve, or its public point is not the private key's.</summary>
    /// <exception cref="CryptographicException">It is not a key.</exception>
    public static EcdsaPrivateKey? Import(ReadOnlySpan<byte> sec1)
    {
        using var imported = ECDsa.Create();
        imported.ImportECPrivateKey(sec1, out int bytesRead);
        ECParameters parameters = imported.ExportParameters(includePrivateParameters: true);
        if (bytesRead != sec1.Length || !parameters.Curve.IsNamed || EcdsaCurve.ByOid(parameters.Curve.Oid.Value) is not { } curve)
        {
            return null;
        }

        // The point in the file is optional and could be another key's: it is derived anew and compared.
        var ecdsa = ECDsa.Create(new ECParameters { Curve = curve.Curve, D = parameters.D });
        ECPoint derived = ecdsa.ExportParameters(includePrivateParameters: false).Q;
        if (!derived.X.AsSpan().SequenceEqual(parameters.Q.X) || !derived.Y.AsSpan().SequenceEqual(parameters.Q.Y))
        {
            ecdsa.Dispose();
            return null;
        }

        return new EcdsaPrivateKey(ecdsa, PublicKeyOf(curve, derived));
    }

    public override byte[] ExportData()
    {
        lock (_lock)
        {
            return _ecdsa.ExportECPrivateKey();
        }
    }

    public override byte[] Sign(ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            return _ecdsa.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
    }

    private static PublicKey PublicKeyOf(EcdsaCurve curve, ECPoint point)
    {
        byte[] spki = [.. curve.SpkiPrefix, .. point.X!, .. point.Y!];
        return PublicKey.FromData(KeyType.Ecdsa, spki);
    }
}
