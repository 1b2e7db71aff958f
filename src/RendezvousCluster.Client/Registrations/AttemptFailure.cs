using RendezvousCluster.Client.Errors;

namespace RendezvousCluster.Client.Registrations;

/// <summary>What a failed REGISTER leaves behind.</summary>
internal enum AttemptFailure
{
    /// <summary>Nothing was registered, and the next attempt may succeed.</summary>
    NotSent,

    /// <summary>Nobody knows whether it was registered; the next attempt may succeed.</summary>
    OutcomeUnknown,

    /// <summary>Nothing was registered, and the point will say the same for a while.</summary>
    Refused,
}

/// <summary>From exceptions to what they leave behind.</summary>
internal static class AttemptFailures
{
    public static AttemptFailure Of(RendezvousException exception) => exception switch
    {
        RendezvousRefusedException { IsTransient: false } => AttemptFailure.Refused,
        NoAddressesException or PointBackingOffException or PointUnreachableException { NothingSent: true } => AttemptFailure.NotSent,
        _ => AttemptFailure.OutcomeUnknown,
    };
}
