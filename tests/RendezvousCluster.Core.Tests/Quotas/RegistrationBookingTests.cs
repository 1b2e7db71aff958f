using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Quotas;

public sealed class RegistrationBookingTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly LedgerReserve Asked =
        new(PeerDigest.Of(TestPeers.Id(1)), RendezvousNamespace.Parse("chat"), 60, Now.AddSeconds(5)) { Charge = new PlaceCharge(7, 250) };
    private static readonly RegisterReply Accepted = new(RendezvousStatus.Ok, string.Empty, 60);
    private static readonly RegisterReply NotAdmitted = RegistryReplies.NotAdmitted(RendezvousStatus.Unavailable, "full");
    private static readonly RegisterReply Refused = RegistryReplies.Register(RendezvousStatus.InvalidSignedPeerRecord, "older");

    /// <summary>Every answer of the ledger, and an empty name for none.</summary>
    public static TheoryData<string> Reservations => [string.Empty, .. Enum.GetNames<Reservation>()];

    [Theory]
    [MemberData(nameof(Reservations))]
    public void Only_a_ledger_that_says_no_closes_the_namespace_to_what_is_new(string reservation) => Assert.Equal(
        Read(reservation) switch
        {
            Reservation.OverQuota => Admission.QuotaReached,
            Reservation.Full or Reservation.OverShare or Reservation.OverBytes => Admission.PointFull,
            _ => Admission.Open,
        },
        RegistrationBooking.AdmissionFor(Read(reservation)));

    [Theory]
    [MemberData(nameof(Reservations))]
    public void A_registration_without_the_right_place_is_noted(string reservation)
    {
        LedgerMessage? told = RegistrationBooking.FollowUp(Asked, Read(reservation), Accepted, Now.AddSeconds(1));

        Assert.Equal(
            Read(reservation) is Reservation.New or Reservation.Known
                ? null
                : new LedgerNote(Asked.Peer, Asked.Namespace, Now.AddSeconds(61), Asked.Deadline) { Charge = Asked.Charge },
            told);
    }

    [Theory]
    [MemberData(nameof(Reservations))]
    public void A_new_place_for_nothing_is_given_back_and_no_other(string reservation) => Assert.Equal(
        Read(reservation) == Reservation.New ? new LedgerRelease(Asked.Peer, Asked.Namespace, Asked.Deadline) : null,
        RegistrationBooking.FollowUp(Asked, Read(reservation), NotAdmitted, Now));

    [Theory]
    [MemberData(nameof(Reservations))]
    public void A_refusal_that_does_not_say_that_nothing_is_there_changes_nothing(string reservation) =>
        Assert.Null(RegistrationBooking.FollowUp(Asked, Read(reservation), Refused, Now));

    [Theory]
    [MemberData(nameof(Reservations))]
    public void A_peer_whose_subnet_has_its_share_reads_why(string reservation)
    {
        RegisterReply full = RegistryReplies.NotAdmitted(RendezvousStatus.Unavailable, StatusTexts.PointFull);
        bool isOverShare = Read(reservation) == Reservation.OverShare;

        RegisterReply explained = RegistrationBooking.Explain(full, Read(reservation));

        Assert.Equal(full with { StatusText = isOverShare ? StatusTexts.SubnetShareReached : full.StatusText }, explained);
        Assert.Equal(Refused, RegistrationBooking.Explain(Refused, Read(reservation)));
        Assert.Equal(Accepted, RegistrationBooking.Explain(Accepted, Read(reservation)));
    }

    private static Reservation? Read(string name) => name.Length == 0 ? null : Enum.Parse<Reservation>(name);
}
