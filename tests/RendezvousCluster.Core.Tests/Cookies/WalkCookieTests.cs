using System.Buffers.Binary;
using System.Text;
using RendezvousCluster.Core.Cookies;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Core.Tests.Cookies;

public sealed class WalkCookieTests
{
    private static readonly WalkPosition Somewhere =
        new(0x0123456789ABCDEF, 0x1123456789ABCDEF, NamespaceKey.Of(RendezvousNamespace.Parse("chat")), 0x2123456789ABCDEF);

    [Theory]
    [InlineData(RegistrationFlavours.Standard)]
    [InlineData(RegistrationFlavours.BothSigned)]
    [InlineData(RegistrationFlavours.All)]
    public void Flavours_that_the_walk_reads_are_in_it(RegistrationFlavours flavours)
    {
        WalkPosition position = WalkPosition.Start.Begin(DateTimeOffset.UnixEpoch.AddYears(50));
        byte[] cookie = WalkCookie.Create(position, flavours);

        Assert.Equal(WalkCookie.SizeBytes, cookie.Length);
        Assert.True(WalkCookie.TryRead(cookie, out WalkPosition read, out RegistrationFlavours readFlavours));
        Assert.Equal((position, flavours), (read, readFlavours));
    }

    [Fact]
    public void Round_trips_for_any_position()
    {
        Random random = SeededRandom.Create(out int seed);
        for (int round = 0; round < 500; round++)
        {
            byte[] key = new byte[NamespaceKey.SizeBytes];
            random.NextBytes(key);
            var position = new WalkPosition(
                (ulong)random.NextInt64(long.MinValue, long.MaxValue),
                (ulong)random.NextInt64(long.MinValue, long.MaxValue),
                NamespaceKey.Read(key),
                (ulong)random.NextInt64(long.MinValue, long.MaxValue));

            Assert.True(WalkCookie.TryRead(WalkCookie.Create(position), out WalkPosition read), $"seed {seed}, round {round}");
            Assert.Equal(position, read);
        }
    }

    [Fact]
    public void Every_change_of_one_byte_is_refused()
    {
        byte[] cookie = WalkCookie.Create(Somewhere);
        for (int index = 0; index < cookie.Length; index++)
        {
            for (int change = 1; change < 256; change++)
            {
                byte[] tampered = [.. cookie];
                tampered[index] ^= (byte)change;
                Assert.False(WalkCookie.TryRead(tampered, out _), $"byte {index} changed by {change}");
            }
        }
    }

    [Fact]
    public void Every_other_length_is_refused()
    {
        byte[] cookie = [.. WalkCookie.Create(Somewhere), 0, 0];
        for (int length = 0; length <= cookie.Length; length++)
        {
            Assert.Equal(length == WalkCookie.SizeBytes, WalkCookie.TryRead(cookie.AsSpan(0, length), out _));
        }

    }

    [Fact]
    public void Rust_clients_can_parse_it()
    {
        // rust: 8 bytes, then the UTF-8 name of a namespace of at most 255 bytes.
        byte[] cookie = WalkCookie.Create(Somewhere);
        Assert.Equal(Somewhere.Since, BinaryPrimitives.ReadUInt64BigEndian(cookie));
        string tail = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(cookie.AsSpan(8));
        Assert.InRange(tail.Length, 1, 255);
        Assert.All(tail, character => Assert.True(char.IsAsciiLetterOrDigit(character) || character is '-' or '_'));
    }

    [Fact]
    public void Bytes_stay_the_same_for_ever()
    {
        // A cookie outlives the program that made it: a rolling upgrade must go on reading it.
        const string Hex =
            "0123456789ABCDEF45534E465A346D727A65387834473939696636356D67357343765F686D48534D4F37572D3965504D6B746C63"
            + "75656D574758305F7779456A5257654A713833765F66363037755961395559";
        Assert.Equal(Hex, Convert.ToHexString(WalkCookie.Create(Somewhere)));
    }
}
