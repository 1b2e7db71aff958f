namespace RendezvousCluster.Core.Ownership;

/// <summary>
/// What an owner leaves behind when its write fails because the journal is away: all that was committed, to be read until there is a
/// journal again to recover from. The write that failed is not in it: whether it is in the journal nobody knows, and until somebody does
/// it is not shown.
/// </summary>
/// <param name="State">What was committed. Nobody changes it any more.</param>
/// <param name="Age">How long before that the owner last had a proof that it was the owner: it began a write that succeeded.</param>
/// <param name="Settings">The owner's, which say for how long it is believed.</param>
internal sealed record KeptState<TQuery, TReply>(IReadableState<TQuery, TReply> State, TimeSpan Age, CompactionSettings Settings)
    where TReply : class
{
    /// <summary>Reads from what is kept.</summary>
    /// <param name="query">What is asked.</param>
    /// <param name="now">The time; what has expired by then is not shown.</param>
    /// <param name="keptFor">How long ago the owner ended.</param>
    /// <param name="isUndisputed">As <see cref="IOwnerPort{TCaller,TReply,TEvent,TSnapshot}.IsUndisputed"/>.</param>
    /// <returns>The answer; null when the caller is to ask again.</returns>
    public TReply? Read(TQuery query, DateTimeOffset now, TimeSpan keptFor, bool isUndisputed) =>
        State.Holds(query) && Settings.AllowReading(Age + keptFor, isUndisputed)
            ? State.Read(query, now)
            : State.Refuse(query, RefusalReason.JournalAway);
}
