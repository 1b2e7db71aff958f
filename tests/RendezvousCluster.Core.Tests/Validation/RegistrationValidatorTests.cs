using RendezvousCluster.Core.Validation;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Protocol.Validation;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Core.Tests.Validation;

public sealed class RegistrationValidatorTests
{
    private static readonly byte[] Ns = "chat"u8.ToArray();
    private static readonly DateTimeOffset Deadline = new(2030, 1, 1, 0, 0, 5, TimeSpan.Zero);

    private readonly TestPeer _peer = new();
    private readonly RendezvousLimits _limits = new();

    [Fact]
    public void Good_request_is_granted_what_it_asks_for()
    {
        byte[] record = _peer.Record(sequence: 42);
        RegisterCommand valid = Accept(new RegisterRequest(Ns, record, 10_000));

        Assert.Equal("chat", valid.Namespace.Name);
        Assert.Equal(10_000u, valid.TtlSeconds);
        Assert.Equal(42ul, valid.RecordSequence);
        Assert.Equal(record, valid.Envelope.ToArray());
        Assert.Equal(RegistrationFlavour.Standard, valid.Flavour);
    }

    [Fact]
    public void Accepted_record_does_not_point_into_the_frame()
    {
        byte[] frame = _peer.Record();
        byte[] expected = [.. frame];
        RegisterCommand valid = Accept(new RegisterRequest(Ns, frame));
        Array.Clear(frame);
        Assert.Equal(expected, valid.Envelope.ToArray());
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
        ReadOnlyMemory<byte> first = Accept(verifier, record).Envelope;
        Assert.Equal(first, Accept(verifier, [.. record]).Envelope); // the same memory, not only the same bytes
    }

    [Fact]
    public void A_remembered_record_is_registered_where_and_for_how_long_the_newer_request_asks()
    {
        var verifier = new RecordVerifier(_peer.Id, _limits);
        byte[] record = _peer.Record(sequence: 7);
        Accept(verifier, record);

        Assert.True(new RegistrationValidator(_limits).TryValidate(
            new RegisterRequest("files"u8.ToArray(), record, 9_000), verifier, Deadline.AddSeconds(1), out RegisterCommand? again, out _));

        Assert.Equal(
            ("files", 9_000u, Deadline.AddSeconds(1), 7ul, _peer.Id),
            (again.Namespace.Name, again.TtlSeconds, again.Deadline, again.RecordSequence, again.Peer));
    }

    [Fact]
    public void Refused_record_leaves_the_memory_as_it_was()
    {
        var verifier = new RecordVerifier(_peer.Id, _limits);
        byte[] record = _peer.Record();
        RegisterCommand good = Accept(verifier, record);

        byte[] tampered = [.. record];
        tampered[^1] ^= 1;
        Refuse(verifier, new RegisterRequest(Ns, tampered));
        Refuse(verifier, new RegisterRequest(Ns, new TestPeer().Record()));

        Assert.Equal(good.Flavour, verifier.Flavour);
        Assert.Equal(good.Envelope, Accept(verifier, record).Envelope);
        Assert.Equal(
            RegistrationFlavour.RoutingState, Accept(verifier, _peer.Record(sequence: 2, RecordFlavour.RoutingState)).Flavour);
        Assert.Equal(RegistrationFlavour.RoutingState, verifier.Flavour);
    }

    private Refusal RefuseRecord(byte[] record) => Refuse(new RegisterRequest(Ns, record));

    private RegisterCommand Accept(RegisterRequest request) => Accept(new RecordVerifier(_peer.Id, _limits), request);

    private RegisterCommand Accept(RecordVerifier verifier, byte[] record) => Accept(verifier, new RegisterRequest(Ns, record));

    private RegisterCommand Accept(RecordVerifier verifier, RegisterRequest request)
    {
        bool accepted = new RegistrationValidator(_limits).TryValidate(
            request, verifier, Deadline, out RegisterCommand? command, out Refusal? refusal);
        Assert.True(accepted, refusal?.Text);
        Assert.Equal((_peer.Id, Deadline), (command!.Peer, command.Deadline));
        return command;
    }

    private Refusal Refuse(RegisterRequest request) => Refuse(new RecordVerifier(_peer.Id, _limits), request);

    private Refusal Refuse(RecordVerifier verifier, RegisterRequest request)
    {
        Assert.False(new RegistrationValidator(_limits).TryValidate(request, verifier, Deadline, out _, out Refusal? refusal));
        return refusal;
    }
}
