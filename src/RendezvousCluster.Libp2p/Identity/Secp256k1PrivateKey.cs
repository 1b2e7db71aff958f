using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>secp256k1: the 32-byte scalar. Signs with low S, for rust and JavaScript refuse the other half.</summary>
internal sealed class Secp256k1PrivateKey : PrivateKey
{
    /// <summary>The order of the group.</summary>
    private static readonly BigInteger Order = BigInteger.Parse(
        "0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    private static readonly BigInteger HalfOrder = Order / 2;

    private readonly Lock _lock = new(); // the platform's key objects promise no thread safety
    private readonly ECDsa _ecdsa;

    private Secp256k1PrivateKey(ECDsa ecdsa)
    {
        _ecdsa = ecdsa;
        PublicKey = PublicKey.FromData(
            KeyType.Secp256k1, Secp256k1Verifier.Compress(ecdsa.ExportParameters(includePrivateParameters: false).Q));
    }

    public override PublicKey PublicKey { get; }

    public static Secp256k1PrivateKey Generate() => new(ECDsa.Create(Secp256k1Verifier.Curve));

    /// <summary>Null when the length is wrong.</summary>
    /// <exception cref="CryptographicException">The scalar is zero or not below the group's order.</exception>
    public static Secp256k1PrivateKey? Import(ReadOnlySpan<byte> scalar) =>
        scalar.Length == Secp256k1Verifier.CoordinateBytes
            ? new Secp256k1PrivateKey(ECDsa.Create(new ECParameters { Curve = Secp256k1Verifier.Curve, D = scalar.ToArray() }))
            : null;

    public override byte[] ExportData()
    {
        lock (_lock)
        {
            return _ecdsa.ExportParameters(includePrivateParameters: true).D!;
        }
    }

    public override byte[] Sign(ReadOnlySpan<byte> message)
    {
        byte[] signature;
        lock (_lock)
        {
            signature = _ecdsa.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        var r = new BigInteger(signature.AsSpan(0, signature.Length / 2), isUnsigned: true, isBigEndian: true);
        var s = new BigInteger(signature.AsSpan(signature.Length / 2), isUnsigned: true, isBigEndian: true);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(s > HalfOrder ? Order - s : s);
        }

        return writer.Encode();
    }
}
