using RendezvousCluster.Client.Errors;

namespace RendezvousCluster.Client.Points;

/// <summary>How a point has done so far, as one moment saw it.</summary>
/// <param name="Point">Which.</param>
/// <param name="FailuresInARow">Since the last success; 0 when the last request was served, or refused for a reason of its own.</param>
/// <param name="LastSuccess">When it last answered, or null.</param>
/// <param name="LastFailure">When it last failed to, or null.</param>
/// <param name="LastError">What went wrong then; null before the first failure.</param>
/// <param name="RetryAt">Until then it is left alone; null when it may be asked.</param>
/// <param name="RoundTrip">How long the last answered request took; null before the first.</param>
public sealed record PointHealth(
    RendezvousPoint Point,
    int FailuresInARow,
    DateTimeOffset? LastSuccess,
    DateTimeOffset? LastFailure,
    RendezvousException? LastError,
    DateTimeOffset? RetryAt,
    TimeSpan? RoundTrip)
{
    /// <summary>Whether its last request was answered, or nothing has been asked yet.</summary>
    public bool IsHealthy => FailuresInARow == 0;

    /// <summary>A point that nothing is known of.</summary>
    internal static PointHealth Unknown(RendezvousPoint point) => new(point, 0, null, null, null, null, null);

    /// <summary>Whether it is to be left alone still.</summary>
    internal bool IsBackingOff(DateTimeOffset now) => RetryAt is { } retryAt && now < retryAt;

    /// <summary>After any answer: a refusal shows a working point.</summary>
    internal PointHealth Answered(DateTimeOffset now, TimeSpan roundTrip) =>
        this with { FailuresInARow = 0, LastSuccess = now, RetryAt = null, RoundTrip = roundTrip };

    /// <summary>
    /// After a failure of the point itself. Requests that were under way together fail together: while the point is left alone already, a
    /// further failure changes the error and no more, or eight at once would count like eight in a row.
    /// </summary>
    internal PointHealth Failed(DateTimeOffset now, RendezvousException error, Backoff backoff, double jitter)
    {
        PointHealth failed = this with { LastFailure = now, LastError = error };
        return IsBackingOff(now)
            ? failed
            : failed with { FailuresInARow = FailuresInARow + 1, RetryAt = now + backoff.After(FailuresInARow + 1, jitter) };
    }
}
