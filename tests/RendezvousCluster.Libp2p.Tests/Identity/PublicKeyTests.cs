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

    // Made with js @libp2p/crypto 5 over "message" with the spec's private keys. Its ECDSA signatures are not in DER, against the spec.
    [Theory]
    [InlineData(
        PeerIdsSpecVectors.Ed25519Public,
        "7e950d7a15ae4c888166ab5ee9189a9435f898199f7cf25182e5cb92aca9f1503e8ef147ed402911edb75e30bfa695db8fb1a211ebd8f0"
            + "8a71f58a522226c50c")]
    [InlineData(
        PeerIdsSpecVectors.Secp256k1Public,
        "3045022100f3baeed33b68adee1f8c416ed26e5e7c2b9b484986d91c6a878f8978a5a1bc4f022067560fa68e4c0d34ee43ff7cb64b77dd"
            + "5f5c92886633fe7611ca72d3fe9c8991")]
    [InlineData(
        PeerIdsSpecVectors.EcdsaPublic,
        "a706cc6b3237d9b6e7b0659f35e3cf9be29783cf9e25c50ff33f46094cbbf2b1ccecf2d01711b4918612c9ef612556b15ba98989260e92"
            + "c275dae51133ad8df7")]
    [InlineData(
        PeerIdsSpecVectors.RsaPublic,
        "bb60ecbce6719264e2e9242898b0f4af97f74ebdd5de3bb81bb46985502a8c00a5efca3df50c9a5a5b0c6bd33735843f00b4fc58774c5f"
            + "dfc2ae1c5e30bf5ab24be49afba0a96879478dcdf4326625bffd04abb2348ba10a95eba06a868fa7cc548293b0d528fbcd99504fa51f93"
            + "629454c21983ae6a59f0cd9308b4a1dbd5db737889b5b1cac3e932590d52eb9e739a996ba1d9a1a21aa94062671205b05ced017b3ddcb9"
            + "a9acb34cba6a703e3f123a7cf40a087a2fb55389a343921b9d38d416683a384612909fd7554a3810ec94e1906310278a0e3d61f295edbe"
            + "dd583c491f21ee51676e6765dc60044bbb58e1dca4a318a9ce4e132bfc575522bd2a112486067c4985a9b551d4b0a0f2e49550e1980cfe"
            + "617bdb47ed0468e916f07f680264beee81f3658138d7e2dc92cc277abcf56d306730ed43ea675ca62946f286ebb2bf5dbff953cb2c304e"
            + "a2cebe37476c15b21611699dc1a91254fa896235864b68035ddd4aa9d400ec841298db261a7188eb46438ad877fe0de69ae4103fa2902f"
            + "5e7a7c0791dfc620ca8a78ca9dc8ccc089ddd763b0a980c51d088272f52e2b254edb9b9c20fc3ff081dc4d11f89b7ebdd998f8e37dfe17"
            + "95e2804230af9c3e71aa9ebc76ec257cb8a56b1ef0674da6a8599c7abd9211aba10d430b90e044b12437d75df77d8422fe5c5aae7385db"
            + "5af25d97ba7bb2e8f25112a4a9557c15bb")]
    public void Signatures_of_js_libp2p_verify(string publicKey, string signatureHex)
    {
        Assert.True(PublicKey.TryDecode(Convert.FromHexString(publicKey), out PublicKey? key));
        byte[] signature = Convert.FromHexString(signatureHex);

        Assert.True(key.Verify("message"u8, signature));
        Assert.False(key.Verify("massage"u8, signature));
        signature[^1] ^= 1;
        Assert.False(key.Verify("message"u8, signature));
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
