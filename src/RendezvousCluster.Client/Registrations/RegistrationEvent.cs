using RendezvousCluster.Client.Errors;

namespace RendezvousCluster.Client.Registrations;

/// <summary>What happened to a registration at one point.</summary>
public enum RegistrationEventKind
{
    /// <summary>The point granted it.</summary>
    Registered,

    /// <summary>The point granted it again, before its time was over.</summary>
    Refreshed,

    /// <summary>A REGISTER failed; it is tried again, there or at another point.</summary>
    Failed,

    /// <summary>The point took the UNREGISTER at the end.</summary>
    Unregistered,

    /// <summary>The UNREGISTER at the end failed; the point may list this node until the time to live is over.</summary>
    UnregisterFailed,
}

/// <summary>A success or failure in the life of a registration.</summary>
/// <param name="Namespace">The registration's namespace.</param>
/// <param name="Point">At which point.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Ttl">The time granted, after a success.</param>
/// <param name="NextAttempt">When the next REGISTER is due there; null after the end.</param>
/// <param name="Error">What went wrong, after a failure.</param>
public sealed record RegistrationEvent(
    string Namespace, RendezvousPoint Point, RegistrationEventKind Kind, TimeSpan? Ttl, DateTimeOffset? NextAttempt,
    RendezvousException? Error);
