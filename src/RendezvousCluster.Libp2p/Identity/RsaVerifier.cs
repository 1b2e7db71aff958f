using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>
/// RSA public keys in DER, as the peer-ids spec wants them, and their PKCS#1 v1.5 signatures over SHA-256:
/// <code>
/// SEQUENCE { SEQUENCE { OID rsaEncryption, NULL }, BIT STRING { SEQUENCE { INTEGER modulus, INTEGER exponent } } }
/// </code>
/// Sizes are checked before any arithmetic: an oversized modulus makes the verifier, not the sender, pay (CVE-2023-39533).
/// </summary>
internal static class RsaVerifier
{
    public const int MinModulusBits = 2048;
    public const int MaxModulusBits = 8192;

    // The exponent in use is 65537; go too reads none above 31 bits.
    private const int MaxExponentBytes = 4;

    private static ReadOnlySpan<byte> RsaEncryption =>
        [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

    public static bool IsWellFormed(ReadOnlySpan<byte> spki) => TryParse(spki, out _, out _);

    public static bool Verify(ReadOnlySpan<byte> spki, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (!TryParse(spki, out ReadOnlySpan<byte> modulus, out ReadOnlySpan<byte> exponent) || signature.Length != modulus.Length)
        {
            return false;
        }

        try
        {
            using var rsa = RSA.Create(new RSAParameters { Modulus = modulus.ToArray(), Exponent = exponent.ToArray() });
            return rsa.VerifyData(message, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false; // the platform finds the key or the signature unusable
        }
    }

    /// <summary>Finds modulus and exponent, without leading zeros; false when the structure or a size is wrong.</summary>
    private static bool TryParse(ReadOnlySpan<byte> spki, out ReadOnlySpan<byte> modulus, out ReadOnlySpan<byte> exponent)
    {
        modulus = default;
        exponent = default;
        try
        {
            ReadOnlySpan<byte> outer = ReadSequence(ref spki);
            if (!spki.IsEmpty || !outer.StartsWith(RsaEncryption))
            {
                return false;
            }

            outer = outer[RsaEncryption.Length..];
            if (!AsnDecoder.TryReadPrimitiveBitString(
                outer, AsnEncodingRules.DER, out int unusedBits, out ReadOnlySpan<byte> inner, out int consumed)
                || unusedBits != 0
                || consumed != outer.Length)
            {
                return false;
            }

            ReadOnlySpan<byte> numbers = ReadSequence(ref inner);
            modulus = ReadPositiveInteger(ref numbers);
            exponent = ReadPositiveInteger(ref numbers);
            return inner.IsEmpty && numbers.IsEmpty && HasSoundSizes(modulus, exponent);
        }
        catch (AsnContentException)
        {
            return false; // not DER
        }
    }

    private static bool HasSoundSizes(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        if (modulus.Length is < MinModulusBits / 8 or > MaxModulusBits / 8 || exponent.Length is 0 or > MaxExponentBytes)
        {
            return false;
        }

        int modulusBits = (modulus.Length * 8) - (BitOperations.LeadingZeroCount(modulus[0]) - 24);
        uint exponentValue = 0;
        foreach (byte digit in exponent)
        {
            exponentValue = (exponentValue << 8) | digit;
        }

        return modulusBits is >= MinModulusBits and <= MaxModulusBits
            && (modulus[^1] & 1) == 1
            && exponentValue is >= 3 and <= int.MaxValue
            && (exponentValue & 1) == 1;
    }

    private static ReadOnlySpan<byte> ReadSequence(scoped ref ReadOnlySpan<byte> source)
    {
        AsnDecoder.ReadSequence(source, AsnEncodingRules.DER, out int offset, out int length, out int consumed);
        ReadOnlySpan<byte> content = source.Slice(offset, length);
        source = source[consumed..];
        return content;
    }

    // DER integers are signed: one leading zero keeps a large positive number positive. A negative or zero one comes back empty.
    private static ReadOnlySpan<byte> ReadPositiveInteger(scoped ref ReadOnlySpan<byte> source)
    {
        ReadOnlySpan<byte> content = AsnDecoder.ReadIntegerBytes(source, AsnEncodingRules.DER, out int consumed);
        source = source[consumed..];
        return content[0] switch
        {
            0 => content[1..],
            >= 0x80 => default,
            _ => content,
        };
    }
}
