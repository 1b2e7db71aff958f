using RendezvousCluster.Client.Points;

namespace RendezvousCluster.Client.Registrations;

/// <summary>
/// Keeps one registration alive at some of several points: decides what to send when, and nothing else. All time and randomness is handed
/// in, so that a year of it can be tested in a moment. Not for use by two callers at once.
/// </summary>
/// <remarks>
/// Each point is in one of three states:
/// <code>
///              granted                       due
///   free ──▶ attempting ──▶ held ─────────────────────▶ attempting
///    ▲           │ failed     │  lost connection, new addresses: due earlier
///    └───────────┘◀───────────┘
///      with a time before which it is not tried again
/// </code> Held and attempting points count. While they are fewer than wanted, free points are tried, in the order of preference and as
/// their waits end: so a failing point is replaced at once where there is another, and tried again and again where there is none. A point
/// that was replaced and comes back is not needed; what it may still list ends with its time to live.
/// </remarks>
internal sealed class RegistrationPlan
{
    private readonly PointRegistration[] _points;
    private readonly int _wanted;
    private readonly RefreshPolicy _policy;

    /// <param name="preferred">The points, best first.</param>
    /// <param name="wanted">At how many of them the registration is kept.</param>
    /// <param name="policy">The arithmetic of waits.</param>
    public RegistrationPlan(IEnumerable<RendezvousPoint> preferred, int wanted, RefreshPolicy policy)
    {
        _points = [.. preferred.Select(point => new PointRegistration(point))];
        _wanted = Math.Min(wanted, _points.Length);
        _policy = policy;
    }

    /// <summary>Whether any point holds a grant that has not run out.</summary>
    public bool IsRegistered(DateTimeOffset now) =>
        _points.Any(point => point is { IsHeld: true, Grant: { } grant } && grant.ExpiresAt > now);

    /// <summary>Whether a REGISTER is under way anywhere.</summary>
    public bool IsAttempting => _points.Any(point => point.IsAttempting);

    /// <summary>Whether every point was tried, none granted anything, and nothing is under way: the first round came to nothing.</summary>
    public bool HasFailedEverywhere => _points.All(point => point is { IsHeld: false, IsAttempting: false, FailuresInARow: > 0 });

    /// <summary>The grants held, for those who look.</summary>
    public IReadOnlyList<(RendezvousPoint Point, Grant Grant)> Held =>
        [.. _points.Where(point => point.IsHeld).Select(point => (point.Point, point.Grant!.Value))];

    /// <summary>The points that may list this node now, as far as can be known: where there is something to unregister.</summary>
    public IReadOnlyList<RendezvousPoint> MayBeListedAt(DateTimeOffset now) =>
        [.. _points.Where(point => point.MayBeListedUntil > now).Select(point => point.Point)];

    /// <summary>
    /// Answers where a REGISTER is to be sent now. Each is then under way until <see cref="Granted"/> or <see cref="Failed"/>.
    /// </summary>
    public IReadOnlyList<RendezvousPoint> Begin(DateTimeOffset now)
    {
        var begun = new List<RendezvousPoint>();
        foreach (PointRegistration point in _points)
        {
            if (point is { IsHeld: true, IsAttempting: false } && point.DueAt <= now)
            {
                Begin(point, begun);
            }
        }

        int missing = _wanted - Counting;
        foreach (PointRegistration point in _points)
        {
            if (missing > 0 && IsFree(point) && point.DueAt <= now)
            {
                Begin(point, begun);
                missing--;
            }
        }

        return begun;
    }

    /// <summary>When there is something to begin next; null while that depends on what is under way.</summary>
    public DateTimeOffset? NextDue()
    {
        bool isMissing = _wanted > Counting;
        DateTimeOffset? next = null;
        foreach (PointRegistration point in _points)
        {
            bool waits = point is { IsHeld: true, IsAttempting: false } || (isMissing && IsFree(point));
            if (waits && (next is null || point.DueAt < next))
            {
                next = point.DueAt;
            }
        }

        return next;
    }

    /// <summary>A REGISTER was granted; answers when it will be refreshed.</summary>
    public DateTimeOffset Granted(RendezvousPoint at, Grant grant, DateTimeOffset now, double jitter)
    {
        PointRegistration point = Of(at);
        point.IsAttempting = false;
        point.IsHeld = true;
        point.Grant = grant;
        point.FailuresInARow = 0;
        point.LossesInARow = point.IsAfterLoss ? point.LossesInARow : 0;
        point.IsAfterLoss = false;
        point.MayBeListedUntil = grant.ExpiresAt;
        point.DueAt = point.IsStale ? Later(now, grant.SentAt + _policy.MinInterval) : _policy.RefreshAt(grant, jitter);
        point.IsStale = false;
        return point.DueAt;
    }

    /// <summary>A REGISTER failed; answers when the point may be tried again.</summary>
    /// <param name="at">Where.</param>
    /// <param name="failure">What it leaves behind.</param>
    /// <param name="notBefore">Until when the point is left alone anyway, or null.</param>
    /// <param name="listedUntil">Until when the point lists this node if the request was carried out after all.</param>
    /// <param name="now">The time.</param>
    /// <param name="jitter">Random, from 0 up to but not including 1.</param>
    public DateTimeOffset Failed(
        RendezvousPoint at, AttemptFailure failure, DateTimeOffset? notBefore, DateTimeOffset listedUntil, DateTimeOffset now,
        double jitter)
    {
        PointRegistration point = Of(at);
        point.IsAttempting = false;
        point.IsHeld = false;
        point.IsStale = false;
        point.IsAfterLoss = false;
        point.FailuresInARow++;
        if (failure == AttemptFailure.OutcomeUnknown)
        {
            point.MayBeListedUntil = point.MayBeListedUntil is { } known ? Later(known, listedUntil) : listedUntil;
        }

        point.DueAt = Later(_policy.RetryAt(failure, point.FailuresInARow, now, jitter), notBefore ?? DateTimeOffset.MinValue);
        return point.DueAt;
    }

    /// <summary>The connection to a point has ended.</summary>
    public void Lost(RendezvousPoint at, DateTimeOffset now, double jitter)
    {
        PointRegistration point = Of(at);
        point.IsStale |= point.IsAttempting; // it may just have been granted over the connection that is gone
        if (point is { IsHeld: true, IsAttempting: false, Grant: { } grant })
        {
            point.LossesInARow++;
            DateTimeOffset due = _policy.AfterLoss(grant, point.LossesInARow, now, jitter);
            if (due < point.DueAt)
            {
                point.DueAt = due;
                point.IsAfterLoss = true;
            }
        }
    }

    /// <summary>The node's addresses have changed: what is registered is out of date everywhere.</summary>
    public void AddressesChanged(DateTimeOffset now)
    {
        foreach (PointRegistration point in _points)
        {
            point.IsStale |= point.IsAttempting;
            DateTimeOffset due = point is { IsHeld: true, Grant: { } grant } ? Later(now, grant.SentAt + _policy.MinInterval) : now;
            point.DueAt = due < point.DueAt ? due : point.DueAt;
        }
    }

    private static bool IsFree(PointRegistration point) => point is { IsHeld: false, IsAttempting: false };

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static void Begin(PointRegistration point, List<RendezvousPoint> begun)
    {
        point.IsAttempting = true;
        begun.Add(point.Point);
    }

    private int Counting => _points.Count(point => point.IsHeld || point.IsAttempting);

    private PointRegistration Of(RendezvousPoint point) => Array.Find(_points, known => known.Point.Equals(point))!;
}
