using RendezvousCluster.Core.Namespaces;

namespace RendezvousCluster.Core.Ownership;

internal sealed partial class NamespaceOwner<TCaller>
{
    /// <summary>Reads that wait for <see cref="Opened"/>, a few milliseconds; those beyond are told to come back.</summary>
    internal const int MaxWaitingReads = 4096;

    private readonly List<(TCaller Caller, DiscoverQuery Query)> _waitingReads = [];

    private Guid _incarnation;
    private bool _opened;
    private bool _opening; // the fence after a recovery is being written: nothing is answered
    private bool _isBare = true; // neither event nor snapshot was found: what is written next begins the history
    private string? _gap;
    // What an owner knows of itself is as old as the moment it asked the journal, not the one at which it heard the answer: a process may stand still in between.
    private TimeSpan _trustedSince = port.Elapsed;
    private TimeSpan _writingSince;
    private TimeSpan _quietSince = port.Elapsed;

    /// <summary>Takes in a snapshot, before any event.</summary>
    /// <exception cref="InvalidOperationException">It contradicts itself, or is not the first thing that is taken in.</exception>
    public void Recover(NamespaceSnapshot snapshot)
    {
        if (!_isBare)
        {
            throw new InvalidOperationException("A snapshot comes before the events behind it.");
        }

        State = NamespaceState.From(snapshot);
        LastSequence = snapshot.Sequence;
        _isBare = false;
        _compaction.RecoveredFrom(snapshot.Sequence, snapshot.PreviousSnapshot, snapshot.DeletedTo, port.Elapsed);
    }

    /// <summary>
    /// Takes in an event of the journal, in order, behind the snapshot if there is one. Events behind a gap are passed over until one says that nothing
    /// before it counts.
    /// </summary>
    /// <exception cref="InvalidOperationException">The journal does not begin with its namespace, or contradicts itself.</exception>
    public void Recover(NamespaceEvent @event, long sequence)
    {
        if (@event is Opened { Fresh: true } opened)
        {
            State = new NamespaceState(opened.Namespace, State?.LastRevision ?? 0);
            _gap = null;
        }
        else if (_gap is not null || sequence != LastSequence + 1)
        {
            _gap ??= $"Events {LastSequence + 1} to {sequence - 1} are gone, and no readable snapshot holds what they led to.";
            LastSequence = sequence;
            _isBare = false;
            return;
        }

        State ??= new NamespaceState((@event as Opened)?.Namespace
            ?? throw new InvalidOperationException($"The journal does not begin with its namespace but with {@event.GetType().Name}."));
        State.Apply(@event);
        if (_isBare)
        {
            _compaction.BeginsBehind(sequence - 1);
        }

        LastSequence = sequence;
        _isBare = false;
    }

    /// <summary>The journal has been read to its end.</summary>
    /// <param name="incarnation">A number for this owner alone.</param>
    /// <param name="lastSequence">The last sequence number that was ever used, which may belong to an event that is deleted.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="InvalidOperationException">Something is missing; serving what is left would hide that.</exception>
    public void RecoveryCompleted(Guid incarnation, long lastSequence, DateTimeOffset now)
    {
        if (_gap is not null)
        {
            throw new InvalidOperationException(_gap);
        }

        _incarnation = incarnation;
        _quietSince = port.Elapsed;
        LastSequence = Math.Max(LastSequence, lastSequence);
        State?.Sweep(now);
    }

    /// <summary>
    /// Whether this owner had better leave memory: it is empty, so nothing would be recovered, and has not written for a while, so it would not notice if
    /// another one took registrations in its place.
    /// </summary>
    public bool IsIdleAndEmpty =>
        _opened && !_stopping && !IsWriting && !port.IsJournalAway && State is { IsEmpty: true }
        && port.Elapsed - _trustedSince >= _settings.RenewalAge;

    // Registrations that were recovered are not shown, and nothing is decided on them, before an older owner is fenced off.
    private void OpenFirst(DateTimeOffset now)
    {
        if (!_opened && !_opening && !_stopping && !IsWriting && !port.IsJournalAway && State is { IsEmpty: false })
        {
            _opening = true;
            Write([new Opened(_incarnation, State.Namespace)], [], now);
        }
    }

    // Reads come from memory. An owner that was replaced and never writes would go on showing what it remembers for ever.
    private void RenewFence(DateTimeOffset now)
    {
        if (_opened && !_stopping && !IsWriting && !port.IsJournalAway && State is { IsEmpty: false } && port.Elapsed - _trustedSince >= _settings.RenewalAge)
        {
            Write([new Opened(_incarnation, State.Namespace)], [], now);
        }
    }

    private void FinishOpening(DateTimeOffset now)
    {
        if (_opening)
        {
            _opening = false;
            _waitingReads.ForEach(waiting => port.Reply(waiting.Caller, State!.Read(waiting.Query, now)));
            _waitingReads.Clear();
        }
    }

    private void Read(TCaller caller, DiscoverQuery query, DateTimeOffset now)
    {
        if (!_opening && !_stopped)
        {
            port.Reply(caller, State!.Read(query, now));
        }
        else if (_waitingReads.Count < MaxWaitingReads && !_stopping)
        {
            _waitingReads.Add((caller, query));
        }
        else
        {
            port.RetryLater(caller);
        }
    }
}
