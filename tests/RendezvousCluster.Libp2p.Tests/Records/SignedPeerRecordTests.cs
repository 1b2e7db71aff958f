using System.Buffers;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Tests.Records;

public class SignedPeerRecordTests
{
    // Made with js @libp2p/peer-record 9.0.16: seed 00 01 … 1f, seq 1700000000, /ip4/127.0.0.1/tcp/4001 and
    // /dns4/example.com/tcp/443/tls/ws. For the second, its envelope was given rust's domain and payload type.
    private const string PublicKeyPart = "0a240801122003a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";
    private const string PayloadPart =
        "1a520a2600240801122003a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b81080e2cfaa06"
        + "1a0a0a08047f000001060fa11a160a14360b6578616d706c652e636f6d0601bbc003dd03";
    private const string StandardGolden = PublicKeyPart + "12020301" + PayloadPart
        + "2a400bf1e9f6876fa475ce11e1d827ec154d03fcd63b8afc34b76f97a949a3b6eb07"
        + "3d31a77bb7e85af5e9c66bdb5ab039a756cd4bba3a957404e2106e101f190204";
    private const string RoutingStateGolden = PublicKeyPart + "121c2f6c69627032702f726f7574696e672d73746174652d7265636f7264" + PayloadPart
        + "2a401f2b3c68f00fe21982da01c4f557d5164ef622bec382a1265f452462c679bf56"
        + "2fa81d5b635ccf66720ed59eb11b80bbf375abebd5662cefcac15b219ec9690a";

    private static readonly KeyPair Signer = KeyPair.FromEd25519Seed([.. Enumerable.Range(0, 32).Select(index => (byte)index)]);
    private static readonly Multiaddr Tcp = Multiaddr.Parse("/ip4/127.0.0.1/tcp/4001");
    private static readonly Multiaddr SecureWebSocket = Multiaddr.Parse("/dns4/example.com/tcp/443/tls/ws");

    [Theory]
    [InlineData(RecordFlavour.Standard, StandardGolden)]
    [InlineData(RecordFlavour.RoutingState, RoutingStateGolden)]
    public void The_bytes_of_another_implementation_are_read_and_written(RecordFlavour flavour, string golden)
    {
        byte[] envelope = Convert.FromHexString(golden);

        Assert.Equal(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(envelope, out SignedPeerRecord? record));

        Assert.NotNull(record);
        Assert.Equal(flavour, record.Flavour);
        Assert.Equal("12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB", record.PeerId.ToString());
        Assert.Equal(Signer.PublicKey, record.PublicKey);
        Assert.Equal(1_700_000_000UL, record.Sequence);
        Assert.Equal([Tcp, SecureWebSocket], record.Record.Addresses);
        Assert.Equal(2, record.Record.AddressCount);
        Assert.Equal(envelope, record.Envelope.ToArray());

        SignedPeerRecord sealedHere =
            SignedPeerRecord.Seal(Signer, new PeerRecord(Signer.PeerId, 1_700_000_000, [Tcp, SecureWebSocket]), flavour);
        Assert.Equal(golden, Convert.ToHexStringLower(sealedHere.Envelope.Span));
    }

    [Theory]
    [InlineData(KeyType.Ed25519)]
    [InlineData(KeyType.Secp256k1)]
    [InlineData(KeyType.Ecdsa)]
    [InlineData(KeyType.Rsa)]
    public void Every_key_type_seals_and_opens(KeyType type)
    {
        KeyPair signer = KeyPair.Generate(type);
        SignedPeerRecord written = SignedPeerRecord.Seal(signer, new PeerRecord(signer.PeerId, ulong.MaxValue, [Tcp]));

        Assert.Equal(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(written.Envelope.Span, out SignedPeerRecord? read));
        Assert.Equal(signer.PeerId, read!.PeerId);
        Assert.Equal(ulong.MaxValue, read.Sequence);
    }

    [Fact]
    public void The_caller_may_reuse_its_buffer()
    {
        byte[] envelope = Convert.FromHexString(StandardGolden);
        Assert.Equal(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(envelope, out SignedPeerRecord? record));

        envelope.AsSpan().Clear();

        Assert.Equal(StandardGolden, Convert.ToHexStringLower(record!.Envelope.Span));
        Assert.Equal([Tcp, SecureWebSocket], record.Record.Addresses);
    }

    [Theory]
    [InlineData("public key", 20, SignedPeerRecordError.InvalidSignature)]
    [InlineData("key type", 3, SignedPeerRecordError.InvalidPublicKey)]
    [InlineData("payload type", 40, SignedPeerRecordError.UnknownPayloadType)]
    [InlineData("payload, peer id", 60, SignedPeerRecordError.InvalidSignature)]
    [InlineData("payload, sequence", 85, SignedPeerRecordError.InvalidSignature)]
    [InlineData("payload, address", 100, SignedPeerRecordError.InvalidSignature)]
    [InlineData("signature, R", 130, SignedPeerRecordError.InvalidSignature)]
    [InlineData("signature, S", 180, SignedPeerRecordError.InvalidSignature)]
    public void Tampering_with_any_field_is_found_out(string field, int offset, SignedPeerRecordError expected)
    {
        byte[] envelope = Convert.FromHexString(StandardGolden);
        Assert.Equal(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(envelope, out _));
        envelope[offset] ^= 0x04;

        Assert.True(expected == SignedPeerRecord.TryOpen(envelope, out SignedPeerRecord? record), field);
        Assert.Null(record);
    }

    [Fact]
    public void No_single_flipped_bit_and_no_cut_is_accepted()
    {
        byte[] envelope = Convert.FromHexString(RoutingStateGolden);
        for (int bit = 0; bit < envelope.Length * 8; bit++)
        {
            envelope[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(envelope, out _));
            envelope[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int length = 0; length < envelope.Length; length++)
        {
            Assert.NotEqual(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(envelope.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void A_signature_of_one_domain_does_not_serve_the_other_flavour()
    {
        byte[] payload = PeerRecordCodec.Encode(new PeerRecord(Signer.PeerId, 1, [Tcp]));

        Assert.Equal(SignedPeerRecordError.None, Open(payload, RecordFlavour.Standard, RecordFlavour.Standard));
        Assert.Equal(SignedPeerRecordError.InvalidSignature, Open(payload, RecordFlavour.Standard, RecordFlavour.RoutingState));
        Assert.Equal(SignedPeerRecordError.InvalidSignature, Open(payload, RecordFlavour.RoutingState, RecordFlavour.Standard));
    }

    [Fact]
    public void A_record_about_somebody_else_is_refused()
    {
        PeerId other = KeyPair.GenerateEd25519().PeerId;

        Assert.Equal(SignedPeerRecordError.PeerIdMismatch, Open(PeerRecordCodec.Encode(new PeerRecord(other, 1, [Tcp]))));
        Assert.Throws<ArgumentException>(() => SignedPeerRecord.Seal(Signer, new PeerRecord(other, 1, [Tcp])));
    }

    [Theory]
    [InlineData("")] // no payload at all
    [InlineData("1001")] // no peer id
    [InlineData("0a0212ff")] // a peer id that is none
    [InlineData("ff")]
    public void A_signed_payload_that_is_not_a_record_is_malformed(string payload) =>
        Assert.Equal(SignedPeerRecordError.Malformed, Open(Convert.FromHexString(payload)));

    [Fact]
    public void An_envelope_without_one_of_its_fields_is_malformed()
    {
        byte[] envelope = Convert.FromHexString(StandardGolden);
        foreach (int missing in new[] { 1, 2, 3, 5 })
        {
            var output = new ArrayBufferWriter<byte>();
            var writer = new ProtobufWriter(output);
            var reader = new ProtobufReader(envelope);
            while (reader.TryReadTag(out int field, out _) && reader.TryReadBytes(out ReadOnlySpan<byte> value))
            {
                if (field != missing)
                {
                    writer.WriteBytes(field, value);
                }
            }

            Assert.Equal(SignedPeerRecordError.Malformed, SignedPeerRecord.TryOpen(output.WrittenSpan, out _));
        }
    }

    [Fact]
    public void Unknown_fields_are_skipped_in_the_envelope_and_in_the_record()
    {
        byte[] payload = [.. PeerRecordCodec.Encode(new PeerRecord(Signer.PeerId, 1, [Tcp])), 0x78, 0x05, 0x82, 0x01, 0x01, 0x00];

        Assert.Equal(SignedPeerRecordError.None, Open(payload));
        Assert.Equal(SignedPeerRecordError.None, SignedPeerRecord.TryOpen([.. Convert.FromHexString(StandardGolden), 0x78, 0x05], out _));
    }

    [Fact]
    public void An_envelope_of_4_kibibytes_is_accepted_and_one_byte_more_is_not_looked_at()
    {
        byte[] golden = Convert.FromHexString(StandardGolden);
        const int UnknownFieldHeader = 2 + 2; // tag 16, length of two bytes
        int padding = SignedPeerRecord.MaxEnvelopeBytes - golden.Length - UnknownFieldHeader;
        byte[] largest = [.. golden, 0x82, 0x01, (byte)(0x80 | (padding & 0x7f)), (byte)(padding >> 7), .. new byte[padding]];

        Assert.Equal(SignedPeerRecord.MaxEnvelopeBytes, largest.Length);
        Assert.Equal(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(largest, out _));
        Assert.Equal(SignedPeerRecordError.TooLarge, SignedPeerRecord.TryOpen([.. largest, 0], out _));
    }

    [Fact]
    public void Addresses_are_accepted_up_to_the_bytes_of_an_envelope()
    {
        Multiaddr[] many = [.. Enumerable.Range(1, 320).Select(port => Multiaddr.Parse($"/ip4/10.0.0.1/tcp/{port}"))];
        SignedPeerRecord full = SignedPeerRecord.Seal(Signer, new PeerRecord(Signer.PeerId, 1, many));

        Assert.Equal(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(full.Envelope.Span, out SignedPeerRecord? record));
        Assert.Equal(many.Length, record!.Record.AddressCount);
        Assert.Equal(many.Take(PeerRecordCodec.MaxAddressesRead), record.Record.Addresses);

        Multiaddr[] tooMany = [.. many, .. many.Take(20)];
        Assert.Throws<ArgumentException>(() => SignedPeerRecord.Seal(Signer, new PeerRecord(Signer.PeerId, 1, tooMany)));
    }

    [Fact]
    public void Rubbish_in_place_of_addresses_is_counted_and_refused()
    {
        byte[] payload = [.. PeerRecordCodec.Encode(new PeerRecord(Signer.PeerId, 1, []))];
        byte[] nothing = [0x1a, 0]; // an AddressInfo without an address

        Assert.Equal(SignedPeerRecordError.None, Open([.. payload, .. Repeat(nothing, SignedPeerRecord.MaxAddresses)]));
        Assert.Equal(SignedPeerRecordError.TooManyAddresses, Open([.. payload, .. Repeat(nothing, SignedPeerRecord.MaxAddresses + 1)]));

        static IEnumerable<byte> Repeat(byte[] what, int times) => Enumerable.Repeat(what, times).SelectMany(bytes => bytes);
    }

    [Fact]
    public void Addresses_not_understood_count_but_are_left_out()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new ProtobufWriter(output);
        writer.WriteBytes(1, Signer.PeerId.Bytes.Span);
        WriteAddress(writer, [0xff, 0x7f, 1, 2, 3]); // unknown protocol
        WriteAddress(writer, Tcp.Bytes.Span);
        WriteAddress(writer, []); // empty
        WriteAddress(writer, Tcp.WithPeerId(KeyPair.GenerateEd25519().PeerId).Bytes.Span); // leads to somebody else
        WriteAddress(writer, Tcp.WithPeerId(Signer.PeerId).Bytes.Span);

        Assert.Equal(
            SignedPeerRecordError.None,
            Open(output.WrittenSpan, RecordFlavour.Standard, RecordFlavour.Standard, out SignedPeerRecord? record));
        Assert.Equal([Tcp, Tcp.WithPeerId(Signer.PeerId)], record!.Record.Addresses);
        Assert.Equal(5, record.Record.AddressCount);
        Assert.NotNull(record.Record.ForeignAddress);
        Assert.Equal(0UL, record.Sequence);
    }

    [Fact]
    public void An_address_of_the_longest_form_is_kept_and_a_longer_one_left_out()
    {
        Multiaddr longest = Multiaddr.Parse("/dns/" + new string('a', Multiaddr.MaxBytes - 3));
        byte[] payload = PeerRecordCodec.Encode(new PeerRecord(Signer.PeerId, 1, [longest]));
        int nameBytes = Multiaddr.MaxBytes - 2;
        byte[] tooLong = [53, (byte)(0x80 | (nameBytes & 0x7f)), (byte)(nameBytes >> 7), .. Enumerable.Repeat((byte)'a', nameBytes)];
        var output = new ArrayBufferWriter<byte>();
        WriteAddress(new ProtobufWriter(output), tooLong);

        Assert.Equal(
            SignedPeerRecordError.None,
            Open([.. payload, .. output.WrittenSpan], RecordFlavour.Standard, RecordFlavour.Standard, out SignedPeerRecord? record));
        Assert.Equal([longest], record!.Record.Addresses);
        Assert.Equal(2, record.Record.AddressCount);
    }

    [Fact]
    public void A_record_without_addresses_opens_and_says_so()
    {
        SignedPeerRecord written = SignedPeerRecord.Seal(Signer, new PeerRecord(Signer.PeerId, 1, []));

        Assert.Equal(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(written.Envelope.Span, out SignedPeerRecord? record));
        Assert.Equal(0, record!.Record.AddressCount);
    }

    private static void WriteAddress(ProtobufWriter writer, ReadOnlySpan<byte> address)
    {
        writer.WriteLengthPrefix(3, ProtobufWriter.BytesFieldSize(1, address.Length));
        writer.WriteBytes(1, address);
    }

    private static SignedPeerRecordError Open(
        ReadOnlySpan<byte> payload, RecordFlavour domainOf = RecordFlavour.Standard,
        RecordFlavour payloadTypeOf = RecordFlavour.Standard) =>
        Open(payload, domainOf, payloadTypeOf, out _);

    /// <summary>Signs any payload, also one that <see cref="SignedPeerRecord.Seal"/> would not, and opens it.</summary>
    private static SignedPeerRecordError Open(
        ReadOnlySpan<byte> payload, RecordFlavour domainOf, RecordFlavour payloadTypeOf, out SignedPeerRecord? record)
    {
        ReadOnlySpan<byte> domain = RecordDomain.Domain(domainOf);
        ReadOnlySpan<byte> payloadType = RecordDomain.PayloadType(payloadTypeOf);
        byte[] signed = new byte[SignedEnvelope.SignedSize(domain, payloadType, payload)];
        SignedEnvelope.WriteSigned(signed, domain, payloadType, payload);
        byte[] envelope = SignedEnvelope.Encode(Signer.PublicKey.Encoded.Span, payloadType, payload, Signer.Sign(signed));
        return SignedPeerRecord.TryOpen(envelope, out record);
    }
}
