namespace RendezvousCluster.Core.Ownership;

/// <summary>The numbers behind <see cref="JournalCompaction"/>. Tests and simulations use smaller ones.</summary>
internal sealed record CompactionSettings
{
    /// <summary>The numbers of production.</summary>
    internal static readonly CompactionSettings Default = new();

    /// <summary>
    /// A snapshot is taken after as many events as there is live state, so that it costs each event about what the event itself did; but
    /// not after fewer than this. A thousand events are replayed in some 20 ms.
    /// </summary>
    public int MinEventsBetweenSnapshots { get; init; } = 1_000;

    /// <summary>
    /// Nor sooner than this: a small namespace in which peers register thousands of times a second would take a snapshot at every batch.
    /// </summary>
    public TimeSpan MinTimeBetweenSnapshots { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Events deleted in one transaction. While it runs others wait for the journal: about 10 ms on SQLite.</summary>
    public int MaxEventsPerDeletion { get; init; } = 2_000;

    /// <summary>The others' turn between two deletions.</summary>
    public TimeSpan PauseBetweenDeletions { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A snapshot or a deletion that failed is tried again after this: nothing but disk space depends on it.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Events are kept for at least this long: longer than any owner goes on writing without noticing that it was replaced.
    /// </summary>
    public TimeSpan FenceAge { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// An owner that has not written for this long does not know that it still is one, and recovers before it writes. Half of
    /// <see cref="FenceAge"/>: the rest is for a write that is slow to arrive.
    /// </summary>
    public TimeSpan TrustAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// An owner that has not written for this long and is read from writes its fence anew: it learns whether it still is the owner, at
    /// the cost of a small event. Half of <see cref="TrustAge"/>, so that one that is read from is trusted all the time.
    /// </summary>
    public TimeSpan RenewalAge => TrustAge / 2;

    /// <summary>
    /// Whether an owner may show what it cannot compare with the journal, because that is away: for as long as an owner is believed
    /// anyway, and longer only while nothing speaks against it.
    /// </summary>
    /// <param name="age">How long ago it last began a write that succeeded.</param>
    /// <param name="isUndisputed">As <see cref="IOwnerPort{TCaller,TReply,TEvent,TSnapshot}.IsUndisputed"/>.</param>
    public bool AllowReading(TimeSpan age, bool isUndisputed) => age < RenewalAge || isUndisputed;
}
