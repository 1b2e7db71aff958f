using System.Buffers;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Protocol.Tests.Codec;

/// <summary>
/// The bytes we write, worked out by hand from <c>rendezvous.proto</c>: zero and empty values of responses are there, and requests leave
/// them out.
/// </summary>
public sealed class GoldenBytesTests
{
    private static readonly byte[] Ns = "ns"u8.ToArray();

    [Fact]
    public void Register_response_writes_type_status_and_ttl() =>
        AssertBytes("08 01 1A 05 08 00 18 A0 38", new RegisterResponse(RendezvousStatus.Ok, "", 7_200));

    [Fact]
    public void Refused_register_response_writes_ttl_0() =>
        AssertBytes("08 01 1A 09 08 66 12 03 74 74 6C 18 00", new RegisterResponse(RendezvousStatus.InvalidTtl, "ttl", 0));

    [Fact]
    public void Statuses_above_127_take_two_bytes() =>
        AssertBytes("08 01 1A 05 08 90 03 18 00", new RegisterResponse(RendezvousStatus.Unavailable, "", 0));

    [Fact]
    public void Empty_discover_response_writes_type_cookie_and_status() =>
        AssertBytes("08 04 32 04 12 00 18 00", new DiscoverResponse(RendezvousStatus.Ok, "", [], default));

    [Fact]
    public void Discover_response_writes_each_registration_whole() => AssertBytes(
        "08 04 32 19 0A 09 0A 02 6E 73 12 01 AA 18 01 0A 06 0A 00 12 00 18 00 12 02 C0 0E 18 00",
        new DiscoverResponse(
            RendezvousStatus.Ok, "", [new(Ns, new byte[] { 0xAA }, 1), new(default, default, 0)], new byte[] { 0xC0, 0x0E }));

    [Fact]
    public void Refused_discover_response_has_text_after_status() =>
        AssertBytes("08 04 32 07 12 00 18 67 22 01 63", new DiscoverResponse(RendezvousStatus.InvalidCookie, "c", [], default));

    [Fact]
    public void Register_request_writes_type_0_and_leaves_ttl_0_out() =>
        AssertBytes("08 00 12 07 0A 02 6E 73 12 01 AA", new RegisterRequest(Ns, new byte[] { 0xAA }));

    [Fact]
    public void Register_request_with_the_largest_ttl() => AssertBytes(
        "08 00 12 12 0A 02 6E 73 12 01 AA 18 FF FF FF FF FF FF FF FF FF 01", new RegisterRequest(Ns, new byte[] { 0xAA }, ulong.MaxValue));

    // Field 1000, twice: a domain as it stands in what is signed.
    [Fact]
    public void Discover_request_of_a_reader_of_both_flavours() => AssertBytes(
        "08 03 2A 2C C2 3E 12 6C 69 62 70 32 70 2D 70 65 65 72 2D 72 65 63 6F 72 64 "
        + "C2 3E 14 6C 69 62 70 32 70 2D 72 6F 75 74 69 6E 67 2D 73 74 61 74 65",
        new DiscoverRequest(default) { Reads = RegistrationFlavours.BothSigned });

    [Fact]
    public void Discover_request_for_everything_is_an_empty_body() => AssertBytes("08 03 2A 00", new DiscoverRequest(default));

    [Fact]
    public void Discover_request_with_everything() => AssertBytes(
        "08 03 2A 0A 0A 02 6E 73 10 E8 07 1A 01 C0", new DiscoverRequest(Ns, 1_000, new byte[] { 0xC0 }));

    [Fact]
    public void Unregister_request() => AssertBytes("08 02 22 04 0A 02 6E 73", new UnregisterRequest(Ns));

    [Fact]
    public void Unregister_request_with_the_deprecated_id() =>
        AssertBytes("08 02 22 08 0A 02 6E 73 12 02 00 24", new UnregisterRequest(Ns, new byte[] { 0x00, 0x24 }));

    private static void AssertBytes(string hex, RendezvousMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        RendezvousMessageCodec.Write(output, message);
        Assert.Equal(hex.Replace(" ", ""), Convert.ToHexString(output.WrittenSpan));
        Assert.Equal(output.WrittenCount, RendezvousMessageCodec.Size(message));
    }
}
