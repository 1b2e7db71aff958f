using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>One NIST curve as it appears in keys.</summary>
/// <param name="Curve">The curve.</param>
/// <param name="CoordinateBytes">The length of one coordinate, in bytes.</param>
/// <param name="SpkiPrefix">The DER of a SubjectPublicKeyInfo up to the coordinates, the 04 of an uncompressed point included.</param>
internal sealed record EcdsaCurve(ECCurve Curve, int CoordinateBytes, byte[] SpkiPrefix)
{
    public static readonly EcdsaCurve P256 =
        new(ECCurve.NamedCurves.nistP256, 32, Convert.FromHexString("3059301306072a8648ce3d020106082a8648ce3d03010703420004"));
    public static readonly EcdsaCurve P384 =
        new(ECCurve.NamedCurves.nistP384, 48, Convert.FromHexString("3076301006072a8648ce3d020106052b8104002203620004"));
    public static readonly EcdsaCurve P521 =
        new(ECCurve.NamedCurves.nistP521, 66, Convert.FromHexString("30819b301006072a8648ce3d020106052b810400230381860004"));

    public static readonly EcdsaCurve[] All = [P256, P384, P521];

    public static EcdsaCurve? ByOid(string? oid) => Array.Find(All, curve => curve.Curve.Oid.Value == oid);
}

/// <summary>
/// ECDSA public keys over P-256, P-384 and P-521 in DER, and their signatures over SHA-256. A named curve and an uncompressed point
/// have exactly one encoding, so keys are recognised by their first bytes; explicit curve parameters, with which a sender
/// could choose the arithmetic, do not match.
/// </summary>
internal static class EcdsaVerifier
{
    public static bool IsWellFormed(ReadOnlySpan<byte> spki) => TryRecognise(spki, out _);

    public static bool Verify(ReadOnlySpan<byte> spki, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (!TryRecognise(spki, out EcdsaCurve? curve))
        {
            return false;
        }

        ReadOnlySpan<byte> point = spki[curve.SpkiPrefix.Length..];
        var q = new ECPoint { X = point[..curve.CoordinateBytes].ToArray(), Y = point[curve.CoordinateBytes..].ToArray() };
        var key = new ECParameters { Curve = curve.Curve, Q = q };

        // The spec says DER. js-libp2p (@libp2p/crypto 5) signs with WebCrypto, which yields the two numbers side by side: its peers with
        // ECDSA keys could not connect if that were refused, and it proves as much.
        return Verify(key, message, signature, DSASignatureFormat.Rfc3279DerSequence)
            || (signature.Length == 2 * curve.CoordinateBytes
                && Verify(key, message, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    public static bool Verify(ECParameters key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, DSASignatureFormat format)
    {
        try
        {
            using var ecdsa = ECDsa.Create(key);
            return ecdsa.VerifyData(message, signature, HashAlgorithmName.SHA256, format);
        }
        catch (CryptographicException)
        {
            return false; // the point is not on the curve
        }
    }

    private static bool TryRecognise(ReadOnlySpan<byte> spki, [NotNullWhen(true)] out EcdsaCurve? recognised)
    {
        recognised = null;
        foreach (EcdsaCurve curve in EcdsaCurve.All)
        {
            if (spki.Length == curve.SpkiPrefix.Length + (2 * curve.CoordinateBytes) && spki.StartsWith(curve.SpkiPrefix))
            {
                recognised = curve;
            }
        }

        return recognised is not null;
    }
}
