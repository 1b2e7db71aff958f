using RendezvousCluster.Client.Points;

namespace RendezvousCluster.Client.Registrations;

/// <summary>When a registration is sent again: pure arithmetic, all randomness handed in.</summary>
/// <param name="From">The part of the time granted after which a refresh may be due.</param>
/// <param name="To">The part at which it is due at the latest.</param>
/// <param name="MinInterval">Least time between two REGISTERs.</param>
/// <param name="Backoff">The waits after failures, and after lost connections.</param>
/// <param name="RefusedWait">The wait after a refusal that time alone does not end.</param>
internal sealed record RefreshPolicy(double From, double To, TimeSpan MinInterval, Backoff Backoff, TimeSpan RefusedWait)
{
    /// <summary>That of a client.</summary>
    public static RefreshPolicy Of(ClientContext context) => new(
        context.Options.RefreshFrom, context.Options.RefreshTo, context.Limits.MinRefreshInterval, context.Backoff,
        context.Limits.RefusedBackoff);

    /// <summary>
    /// When a grant is to be refreshed. It counts from the sending of the REGISTER, and each refresh from its own: nothing adds up.
    /// </summary>
    public DateTimeOffset RefreshAt(Grant grant, double jitter)
    {
        TimeSpan part = grant.Ttl * (From + ((To - From) * jitter));
        return grant.SentAt + (part > MinInterval ? part : MinInterval);
    }

    /// <summary>
    /// When to register again after the connection was lost: a point that keeps registrations in memory has forgotten this one. Soon, but
    /// each time in a row a little later: some servers close every connection after a while, and that must not become a loop.
    /// </summary>
    public DateTimeOffset AfterLoss(Grant grant, int lossesInARow, DateTimeOffset now, double jitter)
    {
        DateTimeOffset soon = now + Backoff.After(lossesInARow, jitter);
        DateTimeOffset least = grant.SentAt + MinInterval;
        return soon > least ? soon : least;
    }

    /// <summary>When to try again after a failure.</summary>
    public DateTimeOffset RetryAt(AttemptFailure failure, int failuresInARow, DateTimeOffset now, double jitter) =>
        now + (failure == AttemptFailure.Refused ? RefusedWait * (1 - (jitter / 4)) : Backoff.After(failuresInARow, jitter));
}
