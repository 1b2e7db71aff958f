namespace RendezvousCluster.Core.Ownership;

internal abstract partial class JournalOwner<TCaller, TCommand, TQuery, TReply, TEvent, TSnapshot>
{
    private readonly List<(TCaller Caller, TQuery Query)> _waitingReads = [];

    // An owner's knowledge of itself is as old as the moment it asked the journal, not the one at which it heard the answer: a process may
    // stand still in between.
    private TimeSpan _trustedSince = port.Elapsed;
    private TimeSpan _writingSince;

    /// <summary>
    /// The number of the first row that this owner wrote: higher than that of every owner before it. Null as long as it has written none.
    /// </summary>
    public long? FencingToken { get; private set; }

    /// <summary>Whether an older owner's next write would collide: this one has written since it recovered.</summary>
    public bool IsFenced => FencingToken is not null;

    /// <summary>
    /// Whether this owner had better leave memory: it is empty, so nothing would be recovered, and has not written for a while, so it
    /// would not notice if another one took its place.
    /// </summary>
    public bool IsIdleAndEmpty => Phase == OwnerPhase.Serving && !port.IsJournalAway && state.IsEmpty && IsDueForRenewal;

    /// <summary>
    /// What may be read of this owner when its write failed because the journal is away; null when it may show nothing, as it is not
    /// fenced.
    /// </summary>
    public KeptState<TQuery, TReply>? Keep() =>
        IsFenced ? new KeptState<TQuery, TReply>(state, port.Elapsed - _trustedSince, _settings) : null;

    private bool IsTrusted => port.Elapsed - _trustedSince < _settings.TrustAge;

    private bool IsDueForRenewal => port.Elapsed - _trustedSince >= _settings.RenewalAge;

    // Behind a hole there may have been more: the owner goes on from there as one that holds something.
    private bool IsKnownToBeEmpty => state.IsEmpty && !_owesSnapshot;

    // The owner may show the recovered state and decide on it only behind the fence, and the fence cannot be written now.
    private bool IsShutOut => port.IsJournalAway && Phase == OwnerPhase.Unfenced && !IsKnownToBeEmpty;

    // The fence cannot be renewed now.
    private bool IsTooOldToShow =>
        port.IsJournalAway && IsFenced && !_settings.AllowReading(port.Elapsed - _trustedSince, port.IsUndisputed);

    // The owner does not show the recovered state, nor decide on it, before an older owner is fenced off.
    private void WriteFenceFirst(DateTimeOffset now)
    {
        if (Phase == OwnerPhase.Unfenced && !port.IsJournalAway && !IsKnownToBeEmpty)
        {
            Write([state.Fence(_incarnation, afresh: false)], [], OwnerPhase.Fencing, now);
        }
    }

    // One that is not trusted any more would stop over it, and can still delete what is old enough.
    private bool IsWorthRenewing => Phase == OwnerPhase.Serving && !port.IsJournalAway && !state.IsEmpty && IsTrusted;

    // Reads come from memory. An owner that was replaced and never writes would go on showing what it remembers for ever.
    private void RenewFence(DateTimeOffset now)
    {
        if (Phase == OwnerPhase.Serving && !port.IsJournalAway && !state.IsEmpty && IsDueForRenewal)
        {
            Write([state.Fence(_incarnation, afresh: false)], [], OwnerPhase.Writing, now);
        }
    }

    private void AnswerWaitingReads(DateTimeOffset now)
    {
        _waitingReads.ForEach(waiting => port.Reply(waiting.Caller, state.Read(waiting.Query, now)));
        _waitingReads.Clear();
    }
}
