using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Tests.Identity;

public class SodiumTests
{
    // RFC 8032, section 7.1: TEST 1, 2, 3.
    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Ed25519_gives_the_vectors_of_rfc_8032(string seed, string publicKey, string message, string signature)
    {
        Span<byte> derived = stackalloc byte[Sodium.Ed25519PublicKeyBytes];
        Span<byte> secretKey = stackalloc byte[Sodium.Ed25519SecretKeyBytes];
        Span<byte> signed = stackalloc byte[Sodium.Ed25519SignatureBytes];
        byte[] messageBytes = Convert.FromHexString(message);

        Sodium.Ed25519KeyPairFromSeed(Convert.FromHexString(seed), derived, secretKey);
        Sodium.Ed25519Sign(messageBytes, secretKey, signed);

        Assert.Equal(publicKey, Convert.ToHexStringLower(derived));
        Assert.Equal(signature, Convert.ToHexStringLower(signed));
        Assert.True(Sodium.Ed25519Verify(messageBytes, signed, derived));
        Assert.False(Sodium.Ed25519Verify([.. messageBytes, 0], signed, derived));
        Assert.False(Sodium.Ed25519Verify(messageBytes, signed[..63], derived));
        Assert.False(Sodium.Ed25519Verify(messageBytes, signed, derived[..31]));
        signed[0] ^= 1;
        Assert.False(Sodium.Ed25519Verify(messageBytes, signed, derived));
    }

    // RFC 7748, section 5.2.
    [Theory]
    [InlineData(
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [InlineData(
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    public void X25519_gives_the_vectors_of_rfc_7748(string scalar, string point, string result)
    {
        Span<byte> shared = stackalloc byte[Sodium.X25519KeyBytes];

        Assert.True(Sodium.X25519(Convert.FromHexString(scalar), Convert.FromHexString(point), shared));

        Assert.Equal(result, Convert.ToHexStringLower(shared));
    }

    // RFC 7748, section 6.1.
    [Fact]
    public void X25519_agrees_on_the_secret_of_rfc_7748()
    {
        byte[] alice = Convert.FromHexString("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        byte[] bob = Convert.FromHexString("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        byte[] alicePublic = new byte[Sodium.X25519KeyBytes];
        byte[] bobPublic = new byte[Sodium.X25519KeyBytes];
        byte[] sharedByAlice = new byte[Sodium.X25519KeyBytes];
        byte[] sharedByBob = new byte[Sodium.X25519KeyBytes];

        Sodium.X25519BaseMult(alice, alicePublic);
        Sodium.X25519BaseMult(bob, bobPublic);

        Assert.Equal("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", Convert.ToHexStringLower(alicePublic));
        Assert.Equal("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", Convert.ToHexStringLower(bobPublic));
        Assert.True(Sodium.X25519(alice, bobPublic, sharedByAlice));
        Assert.True(Sodium.X25519(bob, alicePublic, sharedByBob));
        Assert.Equal("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", Convert.ToHexStringLower(sharedByAlice));
        Assert.Equal(sharedByAlice, sharedByBob);
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    public void X25519_refuses_points_of_low_order(string point)
    {
        byte[] secret = new byte[Sodium.X25519KeyBytes];
        Sodium.RandomBytes(secret);

        Assert.False(Sodium.X25519(secret, Convert.FromHexString(point), new byte[Sodium.X25519KeyBytes]));
    }

    [Fact]
    public void Buffers_of_the_wrong_length_never_reach_native_code()
    {
        Assert.Throws<ArgumentException>(() => Sodium.X25519BaseMult(new byte[31], new byte[32]));
        Assert.Throws<ArgumentException>(() => Sodium.X25519BaseMult(new byte[32], new byte[31]));
        Assert.Throws<ArgumentException>(() => Sodium.X25519(new byte[31], new byte[32], new byte[32]));
        Assert.Throws<ArgumentException>(() => Sodium.X25519(new byte[32], new byte[33], new byte[32]));
        Assert.Throws<ArgumentException>(() => Sodium.X25519(new byte[32], new byte[32], new byte[16]));
        Assert.Throws<ArgumentException>(() => Sodium.Ed25519KeyPairFromSeed(new byte[31], new byte[32], new byte[64]));
        Assert.Throws<ArgumentException>(() => Sodium.Ed25519Sign([], new byte[32], new byte[64]));
        Assert.Throws<ArgumentException>(() => Sodium.Ed25519Sign([], new byte[64], new byte[63]));
    }
}
