using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol.Dialects;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Protocol.Validation;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Protocol.Tests.Validation;

public sealed class RegistrationValidatorTests
{
    private static readonly byte[] Ns = "chat"u8.ToArray();

    private readonly TestPeer _peer = new();
    private readonly RendezvousLimits _limits = new();

    [Fact]
    public void Good_request_is_granted_what_it_asks_for()
    {
        byte[] record = _peer.Record(sequence: 42);
        ValidRegistration valid = Accept(new RegisterRequest(Ns, record, 10_000));

        Assert.Equal("chat", valid.Namespace.Name);
        Assert.Equal(10_000u, valid.TtlSeconds);
        Assert.Equal(42ul, valid.Record.Sequence);
        Assert.Equal(record, valid.Record.Bytes.ToArray());
        Assert.Equal(RegistrationFlavour.Standard, valid.Record.Flavour);
    }

    [Fact]
    public void Accepted_record_does_not_point_into_the_frame()
    {
        byte[] frame = _peer.Record();
        byte[] expected = [.. frame];
        ValidRegistration valid = Accept(new RegisterRequest(Ns, frame));
        Array.Clear(frame);
        Assert.Equal(expected, valid.Record.Bytes.ToArray());
    }

    [Theory]
    [InlineData(0, 7_200)]
    [InlineData(7_200, 7_200)]
    [InlineData(259_200, 259_200)]
    public void Ttl_in_the_range_is_granted(ulong asked, uint granted) =>
        Assert.Equal(granted, Accept(new RegisterRequest(Ns, _peer.Record(), asked)).TtlSeconds);

    [Theory]
    [InlineData(1)]
    [InlineData(7_199)]
    [InlineData(259_201)]
    [InlineData(uint.MaxValue + 7_201ul)]
    [InlineData(ulong.MaxValue)]
    public void Ttl_outside_is_refused_with_the_range(ulong asked)
    {
        Refusal refusal = Refuse(new RegisterRequest(Ns, _peer.Record(), asked));
        Assert.Equal(RendezvousStatus.InvalidTtl, refusal.Status);
        Assert.Contains("7200", refusal.Text);
        Assert.Contains("259200", refusal.Text);
    }

    [Fact]
    public void Default_ttl_moves_into_a_range_that_leaves_it_out()
    {
        _limits.MinTtlSeconds = 10_000;
        Assert.Equal(10_000u, Accept(new RegisterRequest(Ns, _peer.Record())).TtlSeconds);
    }

    [Fact]
    public void Namespaces_are_refused_with_what_is_wrong()
    {
        Assert.Same(Refusals.NamespaceMissing, Refuse(new RegisterRequest(default, _peer.Record())));
        Assert.Same(Refusals.NamespaceTooLong, Refuse(new RegisterRequest(new byte[256], _peer.Record())));
        Assert.Same(Refusals.NamespaceNotUtf8, Refuse(new RegisterRequest(new byte[] { 0xC3 }, _peer.Record())));
        Accept(new RegisterRequest(new byte[255], _peer.Record()));
    }

    [Fact]
    public void Records_are_refused_with_what_is_wrong()
    {
        byte[] record = _peer.Record();
        Assert.Same(Refusals.RecordMissing, RefuseRecord([]));
        Assert.Same(Refusals.RecordMalformed, RefuseRecord(record[..20]));
        Assert.Same(Refusals.UnsignedNotAllowed, RefuseRecord(_peer.OldPeerInfo()));
        Assert.Same(Refusals.RecordWithoutAddresses, RefuseRecord(_peer.RecordWithoutAddresses()));
        Assert.Same(Refusals.RecordOfAnotherPeer, RefuseRecord(new TestPeer().Record()));
        record[^1] ^= 1;
        Assert.Same(Refusals.RecordSignature, RefuseRecord(record));
    }

    [Fact]
    public void Envelope_at_its_limit_is_looked_at_and_above_it_is_not()
    {
        byte[] record = _peer.Record();
        _limits.MaxEnvelopeBytes = record.Length;
        Accept(new RegisterRequest(Ns, record));
        _limits.MaxEnvelopeBytes = record.Length - 1;
        Refusal refusal = RefuseRecord(record);
        Assert.Equal(RendezvousStatus.InvalidSignedPeerRecord, refusal.Status);
        Assert.Contains($"{record.Length - 1} bytes", refusal.Text);
    }

    [Fact]
    public void Addresses_are_counted_against_their_limit()
    {
        byte[] two = _peer.Record(1, RecordFlavour.Standard, "/ip4/198.51.100.7/tcp/1", "/ip4/198.51.100.7/tcp/2");
        _limits.MaxAddresses = 2;
        Accept(new RegisterRequest(Ns, two));
        _limits.MaxAddresses = 1;
        Assert.Contains("at most 1", RefuseRecord(two).Text);
    }

    [Fact]
    public void Peer_behind_two_relays_registers_all_its_addresses()
    {
        byte[] record = _peer.Record(1, RecordFlavour.RoutingState, RelayedPeer.Addresses());
        Accept(new RegisterRequest(Ns, record));
        Assert.InRange(record.Length, 3_000, _limits.MaxEnvelopeBytes);
    }

    [Fact]
    public void Address_that_leads_to_another_peer_is_refused_and_a_relays_id_on_the_way_is_not()
    {
        PeerId other = new TestPeer().Id;
        Accept(new RegisterRequest(Ns, _peer.Record(1, RecordFlavour.Standard, $"/ip4/198.51.100.7/tcp/1/p2p/{other}/p2p-circuit")));
        Accept(new RegisterRequest(
            Ns, _peer.Record(1, RecordFlavour.Standard, $"/ip4/198.51.100.7/tcp/1/p2p/{other}/p2p-circuit/p2p/{_peer.Id}")));

        byte[] foreign = _peer.Record(1, RecordFlavour.Standard, "/ip4/198.51.100.7/tcp/1", $"/ip4/198.51.100.7/tcp/1/p2p/{other}");
        Assert.Same(Refusals.ForeignAddress, RefuseRecord(foreign));
    }

    [Fact]
    public void Equal_bytes_are_not_verified_again()
    {
        var verifier = new RecordVerifier(_peer.Id, _limits);
        byte[] record = _peer.Record();
        Assert.True(verifier.TryVerify(record, out VerifiedRecord? first, out _));
        Assert.True(verifier.TryVerify([.. record], out VerifiedRecord? again, out _));
        Assert.Same(first, again);
    }

    [Fact]
    public void Refused_record_leaves_the_memory_as_it_was()
    {
        var verifier = new RecordVerifier(_peer.Id, _limits);
        byte[] record = _peer.Record();
        Assert.True(verifier.TryVerify(record, out VerifiedRecord? good, out _));

        byte[] tampered = [.. record];
        tampered[^1] ^= 1;
        Assert.False(verifier.TryVerify(tampered, out _, out _));
        Assert.False(verifier.TryVerify(new TestPeer().Record(), out _, out _));

        Assert.Equal(good.Flavour, verifier.Flavour);
        Assert.True(verifier.TryVerify(record, out VerifiedRecord? remembered, out _));
        Assert.Same(good, remembered);
        Assert.True(verifier.TryVerify(_peer.Record(sequence: 2, RecordFlavour.RoutingState), out VerifiedRecord? newer, out _));
        Assert.Equal(RegistrationFlavour.RoutingState, newer.Flavour);
        Assert.Equal(RegistrationFlavour.RoutingState, verifier.Flavour);
    }

    private Refusal RefuseRecord(byte[] record) => Refuse(new RegisterRequest(Ns, record));

    private ValidRegistration Accept(RegisterRequest request)
    {
        var verifier = new RecordVerifier(_peer.Id, _limits);
        bool accepted =
            new RegistrationValidator(_limits).TryValidate(request, verifier, out ValidRegistration? valid, out Refusal? refusal);
        Assert.True(accepted, refusal?.Text);
        return valid!.Value;
    }

    private Refusal Refuse(RegisterRequest request)
    {
        var verifier = new RecordVerifier(_peer.Id, _limits);
        Assert.False(new RegistrationValidator(_limits).TryValidate(request, verifier, out _, out Refusal? refusal));
        return refusal;
    }
}
