using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>
/// secp256k1 public keys, 33-byte compressed points, and their DER signatures over SHA-256. The platform takes uncompressed
/// points only, so the y coordinate is found first: about 0.15 ms, on top of about 0.75 ms for the verification.
/// High-S signatures are accepted, as go does: an attacker who flips S gains nothing, for no signature here is an identifier.
/// </summary>
internal static class Secp256k1Verifier
{
    public const int CompressedPointBytes = 33;
    public const int CoordinateBytes = 32;

    private const byte EvenY = 0x02;
    private const byte OddY = 0x03;

    /// <summary>y² = x³ + 7 modulo this prime, 2^256 - 2^32 - 977.</summary>
    private static readonly BigInteger Prime = BigInteger.Parse(
        "0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static ECCurve Curve { get; } = ECCurve.CreateFromValue("1.3.132.0.10");

    /// <summary>The form is right; whether there is such a point is found out at the first verification.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> point) => point.Length == CompressedPointBytes && point[0] is EvenY or OddY;

    public static bool Verify(ReadOnlySpan<byte> point, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        TryDecompress(point, out ECPoint q)
        && EcdsaVerifier.Verify(new ECParameters { Curve = Curve, Q = q }, message, signature, DSASignatureFormat.Rfc3279DerSequence);

    public static byte[] Compress(ECPoint point) => [(point.Y![^1] & 1) == 0 ? EvenY : OddY, .. point.X!];

    /// <summary>Finds y: the prime is 3 modulo 4, so a square root is one power.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> point, out ECPoint decompressed)
    {
        decompressed = default;
        if (!IsWellFormed(point))
        {
            return false;
        }

        var x = new BigInteger(point[1..], isUnsigned: true, isBigEndian: true);
        if (x >= Prime)
        {
            return false;
        }

        BigInteger square = (BigInteger.ModPow(x, 3, Prime) + 7) % Prime;
        var y = BigInteger.ModPow(square, (Prime + 1) / 4, Prime);
        if (BigInteger.ModPow(y, 2, Prime) != square)
        {
            return false;
        }

        if (y.IsEven != (point[0] == EvenY))
        {
            y = Prime - y;
        }

        byte[] yBytes = new byte[CoordinateBytes];
        int length = y.GetByteCount(isUnsigned: true);
        y.TryWriteBytes(yBytes.AsSpan(CoordinateBytes - length), out _, isUnsigned: true, isBigEndian: true);
        decompressed = new ECPoint { X = point[1..].ToArray(), Y = yBytes };
        return true;
    }
}
