using System.Text.Json;

namespace RendezvousCluster.Chaos.Cluster;

/// <summary>The settings of the servers of a run, beside their addresses.</summary>
/// <param name="Options">Options of the command line.</param>
/// <param name="File">A settings file, for the settings that have no option; null when there is none.</param>
internal sealed record NodeSettings(IReadOnlyList<string> Options, string? File = null)
{
    /// <summary>The longest time to live with <see cref="Small"/>, in seconds; what clients ask for is no more.</summary>
    public const int MaxTtlSeconds = 30;

    /// <summary>How many registrations a peer may have with <see cref="Small"/>.</summary>
    public const int Quota = 4;

    /// <summary>How often a namespace that is busy takes a snapshot, in events: every few seconds.</summary>
    private const int SnapshotEvents = 20;

    /// <summary>Shorter than a pause, so that an owner that stood still does not trust itself.</summary>
    private static readonly TimeSpan TrustAge = TimeSpan.FromSeconds(8);

    /// <summary>
    /// So much above <see cref="TrustAge"/> that an owner that stood still at the worst moment collides all the same: the longest pause is
    /// 30 s.
    /// </summary>
    private static readonly TimeSpan FenceAge = TimeSpan.FromSeconds(45);

    /// <summary>
    /// The same where ways can be cut: what was sent into a cut of 30 s is sent again for the last time within twice of that.
    /// </summary>
    private static readonly TimeSpan FenceAgeWithCuts = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan JanitorInterval = TimeSpan.FromSeconds(5);

    /// <summary>After so long a node deletes by its clock, and has forgotten that it was wrong.</summary>
    public static readonly TimeSpan ClockBelief = TimeSpan.FromSeconds(20);

    /// <summary>As production runs, but that short times to live are granted.</summary>
    public static NodeSettings Production { get; } = new(["--min-ttl", "1"]);

    /// <summary>
    /// Nothing is left so long after the last request: all has expired, the janitor has seen that events are old, and once more that what
    /// their deletion left behind is.
    /// </summary>
    public TimeSpan UntilNothingIsLeft { get; private init; } = TimeSpan.MaxValue;

    /// <summary>
    /// Everything that happens once an hour or after a thousand events happens all the time. Times to live are short, and a peer has a
    /// small quota.
    /// </summary>
    /// <param name="withCuts">Whether ways between nodes and the database can be cut.</param>
    public static NodeSettings Small(bool withCuts)
    {
        TimeSpan fenceAge = withCuts ? FenceAgeWithCuts : FenceAge;
        var upkeep = new { SnapshotEvents, FenceAge = fenceAge, TrustAge, JanitorInterval, JanitorMargin = fenceAge, ClockBelief };
        return new NodeSettings(
            ["--min-ttl", "1", "--max-ttl", $"{MaxTtlSeconds}", "--max-registrations-per-peer", $"{Quota}"],
            JsonSerializer.Serialize(new { Rendezvous = new { Upkeep = upkeep } }))
        {
            UntilNothingIsLeft =
                TimeSpan.FromSeconds(MaxTtlSeconds) + ClockBelief
                + (2 * (TimeSpan.FromSeconds(MaxTtlSeconds) + fenceAge + JanitorInterval)),
        };
    }
}
