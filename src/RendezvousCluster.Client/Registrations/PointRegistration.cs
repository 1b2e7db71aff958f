using RendezvousCluster.Client.Points;

namespace RendezvousCluster.Client.Registrations;

/// <summary>Where a registration stands at one point. Part of a <see cref="RegistrationPlan"/>, which alone changes it.</summary>
internal sealed class PointRegistration(RendezvousPoint point)
{
    public RendezvousPoint Point { get; } = point;

    /// <summary>A REGISTER is under way.</summary>
    public bool IsAttempting { get; set; }

    /// <summary>The last attempt was granted.</summary>
    public bool IsHeld { get; set; }

    /// <summary>The last grant; null before the first.</summary>
    public Grant? Grant { get; set; }

    /// <summary>Held: when it is to be refreshed. Not held: when it may be tried.</summary>
    public DateTimeOffset DueAt { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Something changed during the attempt: it has to be done once more.</summary>
    public bool IsStale { get; set; }

    /// <summary>The refresh that is due, or under way, was brought forward by a lost connection.</summary>
    public bool IsAfterLoss { get; set; }

    public int FailuresInARow { get; set; }

    public int LossesInARow { get; set; }

    /// <summary>Until then the point may list this node, as far as can be known; null when it surely does not.</summary>
    public DateTimeOffset? MayBeListedUntil { get; set; }
}
