using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Quotas;

/// <summary>
/// How a REGISTER goes by the ledger and its namespace, for every registry the same: the ledger is asked for a place, the namespace for the
/// registration, and the ledger learns what that means for the place.
/// </summary>
internal static class RegistrationBooking
{
    /// <summary>
    /// What the namespace may do. Without an answer of the ledger it may do everything: a point that takes no registrations is worse than
    /// one that takes some too many for a while.
    /// </summary>
    internal static Admission AdmissionFor(Reservation? reservation) => reservation switch
    {
        Reservation.OverQuota => Admission.QuotaReached,
        Reservation.Full or Reservation.OverShare or Reservation.OverBytes => Admission.PointFull,
        _ => Admission.Open,
    };

    /// <summary>The message to the ledger after the namespace's reply; null for none. Without a reply it gets none.</summary>
    internal static LedgerMessage? FollowUp(LedgerReserve asked, Reservation? reservation, RegisterReply reply, DateTimeOffset now)
    {
        if (reply.Status == RendezvousStatus.Ok)
        {
            // A place that was just taken, or prolonged, is right as it is.
            return reservation is Reservation.New or Reservation.Known
                ? null
                : new LedgerNote(asked.Peer, asked.Namespace, now.AddSeconds(asked.TtlSeconds), asked.Deadline) { Charge = asked.Charge };
        }

        return reservation == Reservation.New && reply.IsAbsent ? new LedgerRelease(asked.Peer, asked.Namespace, asked.Deadline) : null;
    }

    /// <summary>The namespace's reply with the ledger's reason: the namespace knows only that it may take nothing new.</summary>
    internal static RegisterReply Explain(RegisterReply reply, Reservation? reservation) =>
        reservation == Reservation.OverShare && reply.StatusText == StatusTexts.PointFull
            ? reply with { StatusText = StatusTexts.SubnetShareReached }
            : reply;
}
