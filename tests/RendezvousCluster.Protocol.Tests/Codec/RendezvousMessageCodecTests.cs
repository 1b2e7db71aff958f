using System.Buffers;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Protocol.Tests.Codec;

public sealed class RendezvousMessageCodecTests
{
    private static readonly byte[] Ns = "ns"u8.ToArray();

    [Fact]
    public void Absent_type_with_register_is_REGISTER()
    {
        // As proto3 writers (Berty, py-libp2p) send it: REGISTER is 0 and left out.
        RegisterRequest request = Decode<RegisterRequest>(RawRequests.Register(Ns, [0xAA], 7_200, type: null));

        Assert.Equal(Ns, request.Namespace.ToArray());
        Assert.Equal([0xAA], request.SignedPeerRecord.ToArray());
        Assert.Equal(7_200ul, request.TtlSeconds);
    }

    [Fact]
    public void Type_may_come_after_the_body() =>
        Assert.Equal(
            Ns, Decode<DiscoverRequest>(new ProtobufBytes().Message(5, new ProtobufBytes().Bytes(1, Ns)).Varint(1, 3)).Namespace.ToArray());

    [Fact]
    public void Type_decides_which_body_is_read()
    {
        ProtobufBytes both = RawRequests.Discover(Ns, limit: 7).Message(2, new ProtobufBytes().Text(1, "other"));
        Assert.Equal(7ul, Decode<DiscoverRequest>(both).Limit);
    }

    [Fact]
    public void Absent_status_of_a_response_is_OK()
    {
        Assert.Equal(RendezvousStatus.Ok, Decode<RegisterResponse>(RawRequests.Message(1, 3, new ProtobufBytes().Varint(3, 60))).Status);
        Assert.Equal(RendezvousStatus.Ok, Decode<DiscoverResponse>(RawRequests.Message(4, 6, new ProtobufBytes())).Status);
    }

    [Fact]
    public void Unlisted_status_stays_visible_as_a_number()
    {
        RegisterResponse response = Decode<RegisterResponse>(RawRequests.Message(1, 3, new ProtobufBytes().Varint(1, 555)));
        Assert.Equal(555, (int)response.Status);
    }

    [Fact]
    public void Body_that_is_absent_reads_as_empty_for_REGISTER_and_DISCOVER_only()
    {
        Assert.True(Decode<RegisterRequest>(new ProtobufBytes().Varint(1, 0)).Namespace.IsEmpty);
        Assert.True(Decode<DiscoverRequest>(new ProtobufBytes().Varint(1, 3)).Namespace.IsEmpty);
        Assert.False(RendezvousMessageCodec.TryDecode(new ProtobufBytes().Varint(1, 2).ToArray(), out _));
    }

    [Fact]
    public void Last_of_a_repeated_field_counts()
    {
        var body = new ProtobufBytes().Text(1, "first").Varint(2, 1).Bytes(1, Ns).Varint(2, 2);
        DiscoverRequest request = Decode<DiscoverRequest>(RawRequests.Message(3, 5, body));
        Assert.Equal(Ns, request.Namespace.ToArray());
        Assert.Equal(2ul, request.Limit);
    }

    [Fact]
    public void Unknown_fields_and_unexpected_wire_types_are_skipped()
    {
        var body = new ProtobufBytes().Varint(1, 5).Fixed32(2, 9).Text(3, "ttl as text").Bytes(1, Ns).Varint(15, 1).Text(300, "x");
        RegisterRequest request = Decode<RegisterRequest>(
            new ProtobufBytes().Fixed32(9, 1).Varint(2, 4).Message(2, body).Text(1, "type as text"));
        Assert.Equal(Ns, request.Namespace.ToArray());
        Assert.Equal(0ul, request.TtlSeconds);
        Assert.True(request.SignedPeerRecord.IsEmpty);
    }

    [Fact]
    public void Ttl_takes_all_64_bits()
    {
        Assert.Equal(ulong.MaxValue, Decode<RegisterRequest>(RawRequests.Register(Ns, [1], ulong.MaxValue)).TtlSeconds);
    }

    [Fact]
    public void Namespace_that_is_not_utf8_is_kept_for_the_validator() =>
        Assert.Equal([0xFF, 0xFE], Decode<RegisterRequest>(RawRequests.Register([0xFF, 0xFE], null)).Namespace.ToArray());

    [Theory]
    [InlineData("")] // nothing at all
    [InlineData("08")] // a tag without its value
    [InlineData("0805")] // an unknown type
    [InlineData("0800120A0A02")] // a body longer than the message
    [InlineData("080012020A05")] // a field longer than its body
    [InlineData("2A00")] // a DISCOVER body without a type
    [InlineData("0802")] // a bare UNREGISTER
    [InlineData("0801")] // a response without its body
    [InlineData("08002B2C")] // a group
    [InlineData("0880808080808080808002")] // a varint of more than 64 bits
    public void Malformed_or_meaningless_messages_are_not_decoded(string hex) =>
        Assert.False(RendezvousMessageCodec.TryDecode(Convert.FromHexString(hex), out _));

    [Fact]
    public void Registrations_of_a_response_are_bounded()
    {
        var page = new ProtobufBytes();
        for (int index = 0; index < RendezvousMessageCodec.MaxRegistrationsPerResponse; index++)
        {
            page.Bytes(1, []);
        }

        DiscoverResponse full = Decode<DiscoverResponse>(RawRequests.Message(4, 6, page));
        Assert.Equal(RendezvousMessageCodec.MaxRegistrationsPerResponse, full.Registrations.Count);
        Assert.False(RendezvousMessageCodec.TryDecode(RawRequests.Message(4, 6, page.Bytes(1, [])).ToArray(), out _));
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        Random random = SeededRandom.Create(out int seed);
        byte[] start = RawRequests.Register(Ns, [0xAA, 0xBB], 7_200).ToArray();
        for (int round = 0; round < 5_000; round++)
        {
            byte[] mutated = [.. start, .. RawRequests.Discover(Ns, 5, [1, 2, 3]).ToArray()];
            for (int changes = random.Next(1, 6); changes > 0; changes--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            Memory<byte> cut = mutated.AsMemory(0, random.Next(mutated.Length));
            Exception? thrown = Record.Exception(() => RendezvousMessageCodec.TryDecode(cut, out _));
            Assert.True(thrown is null, $"seed {seed}, round {round}: {Convert.ToHexString(mutated)}: {thrown}");
        }
    }

    [Fact]
    public void A_written_message_reads_back()
    {
        Random random = SeededRandom.Create(out _);
        byte[] Some(int max)
        {
            byte[] bytes = new byte[random.Next(max)];
            random.NextBytes(bytes);
            return bytes;
        }

        for (int round = 0; round < 200; round++)
        {
            Registration[] page = [.. Enumerable.Range(0, random.Next(5))
                .Select(_ => new Registration(Some(255), Some(400), (ulong)random.NextInt64()))];
            var written = new DiscoverResponse(RendezvousStatus.Ok, round % 2 == 0 ? "" : "text é", page, Some(40));

            DiscoverResponse read = RoundTrip(written);

            Assert.Equal(written.StatusText, read.StatusText);
            Assert.Equal(written.Cookie.ToArray(), read.Cookie.ToArray());
            Assert.Equal(page.Length, read.Registrations.Count);
            foreach ((Registration expected, Registration actual) in page.Zip(read.Registrations))
            {
                Assert.Equal(expected.Namespace.ToArray(), actual.Namespace.ToArray());
                Assert.Equal(expected.SignedPeerRecord.ToArray(), actual.SignedPeerRecord.ToArray());
                Assert.Equal(expected.TtlSeconds, actual.TtlSeconds);
            }
        }
    }

    [Fact]
    public void Requests_read_back()
    {
        DiscoverRequest discover = RoundTrip(new DiscoverRequest(Ns, 7, new byte[] { 9 }));
        Assert.Equal((7ul, "09"), (discover.Limit, Convert.ToHexString(discover.Cookie.Span)));
        UnregisterRequest unregister = RoundTrip(new UnregisterRequest(Ns, new byte[] { 1, 2 }));
        Assert.Equal(("6E73", "0102"), (Convert.ToHexString(unregister.Namespace.Span), Convert.ToHexString(unregister.PeerId.Span)));
        RegisterResponse response = RoundTrip(new RegisterResponse(RendezvousStatus.InvalidTtl, "why", 5));
        Assert.Equal(new RegisterResponse(RendezvousStatus.InvalidTtl, "why", 5), response);
    }

    [Theory]
    [InlineData(RegistrationFlavours.None)]
    [InlineData(RegistrationFlavours.Standard)]
    [InlineData(RegistrationFlavours.RoutingState)]
    [InlineData(RegistrationFlavours.BothSigned)]
    public void Discover_declares_the_flavours_that_its_sender_reads(RegistrationFlavours reads) =>
        Assert.Equal(reads, RoundTrip(new DiscoverRequest(Ns) { Reads = reads }).Reads);

    private static T RoundTrip<T>(T message)
        where T : RendezvousMessage
    {
        var output = new ArrayBufferWriter<byte>();
        RendezvousMessageCodec.Write(output, message);
        Assert.True(RendezvousMessageCodec.TryDecode(output.WrittenMemory, out RendezvousMessage? read));
        return Assert.IsType<T>(read);
    }

    private static T Decode<T>(ProtobufBytes bytes)
        where T : RendezvousMessage
    {
        Assert.True(RendezvousMessageCodec.TryDecode(bytes.ToArray(), out RendezvousMessage? message));
        return Assert.IsType<T>(message);
    }
}
