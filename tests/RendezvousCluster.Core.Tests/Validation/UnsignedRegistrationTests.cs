using RendezvousCluster.Core.Validation;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Protocol.Validation;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Core.Tests.Validation;

/// <summary>REGISTERs of clients of the first schema: refused as a rule, and held to every rule when they are allowed.</summary>
public sealed class UnsignedRegistrationTests
{
    private static readonly byte[] Ns = "chat"u8.ToArray();
    private static readonly DateTimeOffset Deadline = new(2030, 1, 1, 0, 0, 5, TimeSpan.Zero);
    private static readonly byte[] Address = Multiaddr.Parse("/ip4/198.51.100.7/tcp/4001").Bytes.ToArray();

    private readonly TestPeer _peer = new();
    private readonly RendezvousLimits _limits = new() { AllowUnsignedRegistrations = true };
    private readonly RecordVerifier _verifier;

    public UnsignedRegistrationTests() => _verifier = new RecordVerifier(_peer.Id, _limits);

    [Fact]
    public void Refused_unless_allowed_with_a_text_that_says_what_to_send()
    {
        _limits.AllowUnsignedRegistrations = false;
        Refusal refusal = Refuse(_peer.OldPeerInfo());
        Assert.Equal(RendezvousStatus.InvalidSignedPeerRecord, refusal.Status);
        Assert.Contains("signed records only", refusal.Text);
    }

    [Fact]
    public void Allowed_it_is_kept_verbatim_with_sequence_0()
    {
        byte[] frame = _peer.OldPeerInfo();
        Assert.True(TryVerify(frame, out RegisterCommand? command, out _));
        Assert.Equal((RegistrationFlavour.PeerInfo, 0ul), (command!.Flavour, command.RecordSequence));

        Array.Clear(frame);
        Assert.Equal(_peer.OldPeerInfo(), command.Envelope.ToArray());
    }

    [Fact]
    public void Another_peers_id_is_refused() => Assert.Same(Refusals.RecordOfAnotherPeer, Refuse(new TestPeer().OldPeerInfo()));

    [Fact]
    public void Addresses_are_counted()
    {
        Assert.Same(Refusals.RecordWithoutAddresses, Refuse(Own().ToArray()));
        _limits.MaxAddresses = 2;
        Assert.True(TryVerify(Own(Address, Address).ToArray(), out _, out _));
        Assert.Contains("at most 2", Refuse(Own(Address, Address, Address).ToArray()).Text);
    }

    [Fact]
    public void Every_address_must_be_understood_and_lead_to_the_peer()
    {
        byte[] named = Multiaddr.Parse($"/ip4/198.51.100.7/tcp/4001/p2p/{_peer.Id}").Bytes.ToArray();
        byte[] elsewhere = Multiaddr.Parse($"/ip4/198.51.100.7/tcp/4001/p2p/{new TestPeer().Id}").Bytes.ToArray();
        Assert.True(TryVerify(Own(Address, named).ToArray(), out _, out _));
        Assert.Same(Refusals.UnsignedAddress, Refuse(Own(Address, elsewhere).ToArray()));
        Assert.Same(Refusals.UnsignedAddress, Refuse(Own(Address, []).ToArray()));
        Assert.Same(Refusals.UnsignedAddress, Refuse(Own(Address, [0xFF, 0xFF, 0x7F, 1]).ToArray()));
    }

    [Fact]
    public void Size_is_that_of_envelopes()
    {
        byte[] bytes = _peer.OldPeerInfo();
        _limits.MaxEnvelopeBytes = bytes.Length;
        Assert.True(TryVerify(bytes, out _, out _));
        byte[] longer = [.. bytes, .. new ProtobufBytes().Bytes(2, Address).ToArray()];
        Assert.Contains($"{bytes.Length} bytes", Refuse(longer).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sender_of_one_speaks_the_first_schema_even_when_it_is_refused(bool allowed)
    {
        _limits.AllowUnsignedRegistrations = allowed;
        Assert.Null(_verifier.Flavour);
        Assert.True(TryVerify(_peer.Record(), out _, out _));
        Assert.Equal(RegistrationFlavour.Standard, _verifier.Flavour);

        Assert.Equal(allowed, TryVerify(_peer.OldPeerInfo(), out _, out _));
        Assert.Equal(RegistrationFlavour.PeerInfo, _verifier.Flavour);

        Assert.True(TryVerify(_peer.Record(1, RecordFlavour.RoutingState), out _, out _));
        Assert.Equal(RegistrationFlavour.RoutingState, _verifier.Flavour);
    }

    [Fact]
    public void An_unsigned_record_is_noticed_also_behind_a_refused_namespace_or_ttl()
    {
        Assert.Equal(RendezvousStatus.InvalidTtl, Validate(new RegisterRequest(Ns, _peer.OldPeerInfo(), 120)).Status);
        Assert.Equal(RegistrationFlavour.PeerInfo, _verifier.Flavour);

        var other = new RecordVerifier(_peer.Id, _limits);
        new RegistrationValidator(_limits).TryValidate(new RegisterRequest(default, _peer.OldPeerInfo()), other, Deadline, out _, out _);
        Assert.Equal(RegistrationFlavour.PeerInfo, other.Flavour);
    }

    private ProtobufBytes Own(params byte[][] addresses) =>
        addresses.Aggregate(new ProtobufBytes().Bytes(1, _peer.Id.Bytes.Span), (info, address) => info.Bytes(2, address));

    private bool TryVerify(byte[] record, out RegisterCommand? command, out Refusal? refusal) =>
        new RegistrationValidator(_limits).TryValidate(new RegisterRequest(Ns, record), _verifier, Deadline, out command, out refusal);

    private Refusal Refuse(byte[] record)
    {
        Assert.False(TryVerify(record, out _, out Refusal? refusal));
        return refusal!;
    }

    private Refusal Validate(RegisterRequest request)
    {
        Assert.False(new RegistrationValidator(_limits).TryValidate(request, _verifier, Deadline, out _, out Refusal? refusal));
        return refusal;
    }
}
