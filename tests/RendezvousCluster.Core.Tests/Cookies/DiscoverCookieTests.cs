using System.Buffers.Binary;
using System.Text;
using RendezvousCluster.Core.Cookies;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Core.Tests.Cookies;

public sealed class DiscoverCookieTests
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    [Theory]
    [InlineData(RegistrationFlavours.Standard)]
    [InlineData(RegistrationFlavours.RoutingState)]
    [InlineData(RegistrationFlavours.BothSigned)]
    [InlineData(RegistrationFlavours.PeerInfo)]
    [InlineData(RegistrationFlavours.All)]
    public void Flavours_that_were_read_are_in_it(RegistrationFlavours flavours)
    {
        byte[] cookie = DiscoverCookie.Create(Chat, 42, flavours);

        Assert.Equal(DiscoverCookie.SizeBytes, cookie.Length);
        Assert.True(DiscoverCookie.TryRead(cookie, Chat, out ulong revision, out RegistrationFlavours read));
        Assert.Equal((42ul, flavours), (revision, read));
        Assert.False(DiscoverCookie.TryRead(cookie, RendezvousNamespace.Parse("other"), out _, out _));
    }

    [Fact]
    public void Round_trips_for_any_namespace_and_revision()
    {
        Random random = SeededRandom.Create(out int seed);
        for (int round = 0; round < 500; round++)
        {
            string name = new((char)random.Next('a', 'z'), random.Next(1, 256));
            RendezvousNamespace ns = RendezvousNamespace.Parse(name);
            ulong revision = (ulong)random.NextInt64(long.MinValue, long.MaxValue);

            byte[] cookie = DiscoverCookie.Create(ns, revision);

            Assert.True(DiscoverCookie.TryRead(cookie, ns, out ulong read), $"seed {seed}, round {round}");
            Assert.Equal(revision, read);
        }
    }

    [Fact]
    public void Every_change_of_one_byte_is_refused()
    {
        Random random = SeededRandom.Create(out int seed);
        byte[] cookie = DiscoverCookie.Create(Chat, (ulong)random.NextInt64());
        for (int index = 0; index < cookie.Length; index++)
        {
            for (int change = 1; change < 256; change++)
            {
                byte[] tampered = [.. cookie];
                tampered[index] ^= (byte)change;
                Assert.False(DiscoverCookie.TryRead(tampered, Chat, out _), $"seed {seed}: byte {index} changed by {change}");
            }
        }
    }

    [Fact]
    public void Every_other_length_is_refused()
    {
        byte[] cookie = [.. DiscoverCookie.Create(Chat, 5), 0, 0];
        for (int length = 0; length <= cookie.Length; length++)
        {
            Assert.Equal(length == DiscoverCookie.SizeBytes, DiscoverCookie.TryRead(cookie.AsSpan(0, length), Chat, out _));
        }
    }

    [Fact]
    public void Cookie_of_another_namespace_is_refused()
    {
        byte[] cookie = DiscoverCookie.Create(Chat, 5);
        Assert.False(DiscoverCookie.TryRead(cookie, RendezvousNamespace.Parse("chat2"), out _));
    }

    [Fact]
    public void Rust_clients_can_parse_it()
    {
        // rust: 8 bytes, then the UTF-8 name of a namespace of at most 255 bytes.
        byte[] cookie = DiscoverCookie.Create(Chat, ulong.MaxValue);
        Assert.Equal(ulong.MaxValue, BinaryPrimitives.ReadUInt64BigEndian(cookie));
        string tail = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(cookie.AsSpan(8));
        Assert.InRange(Encoding.UTF8.GetByteCount(tail), 1, 255);
        Assert.All(tail, character => Assert.True(char.IsAsciiLetterOrDigit(character) || character is '-' or '_'));
    }

    [Theory]
    [InlineData("chat", 0x0123456789ABCDEF, "0123456789ABCDEF45436A414A4A505F575749")]
    public void Bytes_stay_the_same_for_ever(string ns, ulong revision, string hex)
    {
        // A cookie outlives the program that made it: a rolling upgrade must go on reading it.
        byte[] cookie = DiscoverCookie.Create(RendezvousNamespace.Parse(ns), revision);
        Assert.Equal(hex, Convert.ToHexString(cookie));
    }
}
