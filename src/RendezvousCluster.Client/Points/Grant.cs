namespace RendezvousCluster.Client.Points;

/// <summary>What a point granted.</summary>
/// <param name="SentAt">When the REGISTER was sent: the time to live counts from here at the earliest, so from here it is counted.</param>
/// <param name="Ttl">How long.</param>
internal readonly record struct Grant(DateTimeOffset SentAt, TimeSpan Ttl)
{
    /// <summary>When it ends, unless it is refreshed.</summary>
    public DateTimeOffset ExpiresAt => SentAt + Ttl;
}
