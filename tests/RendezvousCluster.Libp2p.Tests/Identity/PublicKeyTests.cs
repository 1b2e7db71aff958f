using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Tests.Identity;

public class PublicKeyTests
{
    public static TheoryData<KeyType> AllTypes => new(Enum.GetValues<KeyType>());

    [Theory]
    [InlineData(PeerIdsSpecVectors.Ed25519Public, "12D3KooW")]
    [InlineData(PeerIdsSpecVectors.Secp256k1Public, "16Uiu2HA")]
    [InlineData(PeerIdsSpecVectors.EcdsaPublic, "Qm")]
    [InlineData(PeerIdsSpecVectors.RsaPublic, "Qm")]
    public void Short_keys_are_in_the_peer_id_and_long_ones_hashed(string hex, string start)
    {
        byte[] encoded = Convert.FromHexString(hex);

        Assert.True(PublicKey.TryDecode(encoded, out PublicKey? key));

        Assert.StartsWith(start, key.PeerId.ToString(), StringComparison.Ordinal);
        Assert.Equal(encoded, key.Encoded.ToArray());
        Assert.Equal(encoded.Length <= 42 ? encoded : SHA256.HashData(encoded), key.PeerId.Bytes.ToArray()[2..]);
    }

    // One key, one peer id: every other spelling of the same two fields is refused.
    [Theory]
    [InlineData("1220{0}0801")] // fields swapped
    [InlineData("0801")] // no data
    [InlineData("1220{0}")] // no type
    [InlineData("0801122100{0}")] // 33 bytes
    [InlineData("0801121f{0}")] // length too small: a byte follows
    [InlineData("08011221{0}")] // length too large
    [InlineData("080112a000{0}")] // length not minimal
    [InlineData("08810012020{0}")] // type not minimal
    [InlineData("08011220{0}1800")] // a field too many
    [InlineData("08011220{0}08011220{0}")] // twice
    [InlineData("08041220{0}")] // no such type
    [InlineData("08021220{0}")] // another type
    [InlineData("08001220{0}")]
    [InlineData("08031220{0}")]
    [InlineData("")]
    public void Any_other_encoding_is_refused(string pattern)
    {
        string data = PeerIdsSpecVectors.Ed25519Public[8..];
        Assert.True(PublicKey.TryDecode(Convert.FromHexString("08011220" + data), out _));
        string hex = pattern.Replace("{0}", data, StringComparison.Ordinal);

        Assert.False(PublicKey.TryDecode(Convert.FromHexString(hex[..(hex.Length & ~1)]), out _));
    }

    [Theory]
    [MemberData(nameof(AllTypes))]
    public void A_signature_holds_for_its_message_and_key_only(KeyType type)
    {
        KeyPair keyPair = KeyPair.Generate(type);
        byte[] message = "what was signed"u8.ToArray();
        byte[] signature = keyPair.Sign(message);
        Assert.True(keyPair.PublicKey.Verify(message, signature));

        Assert.False(keyPair.PublicKey.Verify("what was Signed"u8, signature));
        Assert.False(keyPair.PublicKey.Verify(message, []));
        Assert.False(keyPair.PublicKey.Verify(message, signature.AsSpan(1)));
        Assert.False(keyPair.PublicKey.Verify(message, signature.AsSpan(..^1)));
        Assert.False(keyPair.PublicKey.Verify(message, new byte[10_000]));
        for (int index = 0; index < signature.Length; index += 7)
        {
            byte[] tampered = [.. signature];
            tampered[index] ^= 0x10;
            Assert.False(keyPair.PublicKey.Verify(message, tampered), $"byte {index}");
        }
    }

    [Theory]
    [MemberData(nameof(AllTypes))]
    public void Keys_are_equal_by_value(KeyType type)
    {
        KeyPair keyPair = KeyPair.Generate(type);
        Assert.True(PublicKey.TryDecode(keyPair.PublicKey.Encoded.Span, out PublicKey? decoded));

        Assert.Equal(keyPair.PublicKey, decoded);
        Assert.Equal(keyPair.PublicKey.GetHashCode(), decoded.GetHashCode());
        Assert.NotEqual(KeyPair.Generate(type).PublicKey, decoded);
    }

    [Theory]
    [InlineData(2040, false)]
    [InlineData(2047, false)]
    [InlineData(2048, true)]
    [InlineData(8192, true)]
    [InlineData(8193, false)]
    [InlineData(16384, false)] // CVE-2023-39533
    public void Rsa_moduli_are_accepted_from_2048_to_8192_bits(int bits, bool accepted)
    {
        BigInteger modulus = (BigInteger.One << (bits - 1)) + 1;

        Assert.Equal(accepted, PublicKey.TryDecode(RsaKey(modulus, 65537), out PublicKey? key));
        Assert.False(key?.Verify("m"u8, new byte[bits / 8]) ?? false);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(65537, true)]
    [InlineData(65536, false)]
    [InlineData(int.MaxValue, true)]
    [InlineData(int.MaxValue + 2L, false)]
    [InlineData(uint.MaxValue + 2L, false)]
    [InlineData(-3, false)]
    public void Rsa_exponents_are_odd_and_have_at_most_31_bits(long exponent, bool accepted)
    {
        BigInteger modulus = (BigInteger.One << 2047) + 1;

        Assert.Equal(accepted, PublicKey.TryDecode(RsaKey(modulus, exponent), out _));
    }

    [Fact]
    public void The_largest_rsa_key_fits_the_cap_on_encodings_and_longer_ones_are_not_parsed()
    {
        byte[] largest = RsaKey((BigInteger.One << 8191) + 1, int.MaxValue);

        Assert.InRange(largest.Length, 1060, PublicKey.MaxEncodedBytes);
        Assert.False(PublicKey.TryDecode(new byte[PublicKey.MaxEncodedBytes + 1], out _));
        Assert.False(PublicKey.TryDecode([.. largest, 0], out _));
    }

    [Fact]
    public void An_even_or_negative_rsa_modulus_is_refused()
    {
        Assert.False(PublicKey.TryDecode(RsaKey(BigInteger.One << 2047, 65537), out _));
        Assert.False(PublicKey.TryDecode(RsaKey(-(BigInteger.One << 2047) - 1, 65537), out _));
    }

    [Theory]
    [InlineData("nistP256")]
    [InlineData("nistP384")]
    [InlineData("nistP521")]
    public void Ecdsa_keys_of_the_three_curves_verify(string curveName)
    {
        using var ecdsa = ECDsa.Create(ECCurve.CreateFromFriendlyName(curveName));

        Assert.True(PublicKey.TryDecode(KeyProtobuf.Encode(KeyType.Ecdsa, ecdsa.ExportSubjectPublicKeyInfo()), out PublicKey? key));

        byte[] signature = ecdsa.SignData("m"u8.ToArray(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Assert.True(key.Verify("m"u8, signature));
        Assert.False(key.Verify("n"u8, signature));
    }

    [Fact]
    public void Ecdsa_keys_of_another_curve_or_with_explicit_parameters_are_refused()
    {
        using var brainpool = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        using var named = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var isExplicit = ECDsa.Create(named.ExportExplicitParameters(includePrivateParameters: true));

        Assert.False(PublicKey.TryDecode(KeyProtobuf.Encode(KeyType.Ecdsa, brainpool.ExportSubjectPublicKeyInfo()), out _));
        Assert.False(PublicKey.TryDecode(KeyProtobuf.Encode(KeyType.Ecdsa, isExplicit.ExportSubjectPublicKeyInfo()), out _));
        Assert.False(KeyPair.TryDecode(KeyProtobuf.Encode(KeyType.Ecdsa, isExplicit.ExportECPrivateKey()), out _));
        Assert.False(KeyPair.TryDecode(KeyProtobuf.Encode(KeyType.Ecdsa, brainpool.ExportECPrivateKey()), out _));
    }

    [Fact]
    public void Points_that_are_on_no_curve_verify_nothing()
    {
        KeyPair ecdsa = KeyPair.Generate(KeyType.Ecdsa);
        byte[] offCurve = ecdsa.PublicKey.Encoded.ToArray();
        offCurve[^1] ^= 1;
        Assert.True(PublicKey.TryDecode(offCurve, out PublicKey? ecdsaKey));
        Assert.False(ecdsaKey.Verify("m"u8, ecdsa.Sign("m"u8)));

        // x = 5 has no y on secp256k1; x = the prime is out of range.
        byte[] five = [0x02, .. new byte[31], 5];
        byte[] prime = [0x02, .. Convert.FromHexString("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f")];
        byte[] signature = KeyPair.Generate(KeyType.Secp256k1).Sign("m"u8);
        foreach (byte[] point in new[] { five, prime })
        {
            Assert.True(PublicKey.TryDecode(KeyProtobuf.Encode(KeyType.Secp256k1, point), out PublicKey? secp256k1Key));
            Assert.False(secp256k1Key.Verify("m"u8, signature));
        }
    }

    [Theory]
    [InlineData("04")]
    [InlineData("00")]
    [InlineData("05")]
    public void Secp256k1_points_are_compressed(string firstByte)
    {
        byte[] point = [.. Convert.FromHexString(firstByte), .. new byte[32]];

        Assert.False(PublicKey.TryDecode(KeyProtobuf.Encode(KeyType.Secp256k1, point), out _));
        Assert.False(PublicKey.TryDecode(KeyProtobuf.Encode(KeyType.Secp256k1, [0x04, .. new byte[64]]), out _));
    }

    [Fact]
    public void Decompression_finds_both_halves_and_keeps_leading_zeros()
    {
        for (int round = 0; round < 300; round++)
        {
            using var ecdsa = ECDsa.Create(Secp256k1Verifier.Curve);
            ECPoint expected = ecdsa.ExportParameters(includePrivateParameters: false).Q;

            Assert.True(Secp256k1Verifier.TryDecompress(Secp256k1Verifier.Compress(expected), out ECPoint found));

            Assert.Equal(expected.X, found.X);
            Assert.Equal(expected.Y, found.Y);
        }
    }

    private static byte[] RsaKey(BigInteger modulus, BigInteger exponent)
    {
        var key = new AsnWriter(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteInteger(modulus);
            key.WriteInteger(exponent);
        }

        var spki = new AsnWriter(AsnEncodingRules.DER);
        using (spki.PushSequence())
        {
            using (spki.PushSequence())
            {
                spki.WriteObjectIdentifier("1.2.840.113549.1.1.1");
                spki.WriteNull();
            }

            spki.WriteBitString(key.Encode());
        }

        return KeyProtobuf.Encode(KeyType.Rsa, spki.Encode());
    }
}
