using Akka.Actor;
using Akka.Persistence;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.Entities;

// Request path, step 15: commit to the journal.
internal abstract partial class JournalEntity<TCommand, TQuery, TReply, TEvent, TSnapshot>
    : IOwnerPort<EntityCaller, TReply, TEvent, TSnapshot>
{
    private int _eventsInFlight;

    // As which the base class writes; empty before the first row.
    private string _writer = string.Empty;

    bool IOwnerPort<EntityCaller, TReply, TEvent, TSnapshot>.IsJournalAway => _settings.Health.IsAway;

    bool IOwnerPort<EntityCaller, TReply, TEvent, TSnapshot>.IsUndisputed => _settings.IsUndisputed();

    void IOwnerPort<EntityCaller, TReply, TEvent, TSnapshot>.Reply(EntityCaller caller, TReply reply)
    {
        caller.Sender.Tell(reply);
        OnReplied(caller);
    }

    void IOwnerPort<EntityCaller, TReply, TEvent, TSnapshot>.RetryLater(EntityCaller caller) =>
        caller.Sender.Tell(Sharding.RetryLater.Instance);

    void IOwnerPort<EntityCaller, TReply, TEvent, TSnapshot>.Write(IReadOnlyList<TEvent> events)
    {
        _eventsInFlight = events.Count;
        Metrics?.WriteBegins(events.Count);
        OnWriting(events);
        PersistAllAsync(ToJournal(events), OnPersisted);
    }

    void IOwnerPort<EntityCaller, TReply, TEvent, TSnapshot>.LookAtEnd(long expected, bool isOwn) =>
        LookAtEnd(expected, isOwn ? _writer : null);

    void IOwnerPort<EntityCaller, TReply, TEvent, TSnapshot>.Mend(long found, long to) =>
        Persistence.Instance.Apply(Context.System).JournalFor(JournalPluginId)
            .Tell(new MendJournal(PersistenceId, found, to, _writer), Self);

    void IOwnerPort<EntityCaller, TReply, TEvent, TSnapshot>.Stop()
    {
        if (_leavesMemory)
        {
            KeepMemory();
        }

        Context.Stop(Self);
    }

    private void LookAtEnd(long expected, string? writer) =>
        Persistence.Instance.Apply(Context.System).JournalFor(JournalPluginId)
            .Tell(new LookAtJournalEnd(PersistenceId, expected, writer), Self);

    /// <summary>A write goes to the journal.</summary>
    protected virtual void OnWriting(IReadOnlyList<TEvent> events)
    {
    }

    /// <summary>The write is in the journal, and its commands are about to be answered.</summary>
    protected virtual void OnCommitted()
    {
    }

    /// <summary>A caller is answered.</summary>
    protected virtual void OnReplied(in EntityCaller caller)
    {
    }

    private TEvent[] ToJournal(IReadOnlyList<TEvent> events)
    {
        ClockReading clock = LookAtClocks();
        var written = new TEvent[events.Count];
        for (int i = 0; i < written.Length; i++)
        {
            written[i] = Times.ToJournal(events[i], clock);
        }

        return written;
    }

    // Called for each event of the write in order; the write is atomic, so with the first all are committed.
    private void OnPersisted(TEvent @event)
    {
        if (--_eventsInFlight > 0)
        {
            return;
        }

        Metrics?.Committed();
        OnCommitted();
        if (!Owner.IsFenced)
        {
            OnFenced();
        }

        Owner.Committed(Now);
        Metrics?.Holds(Owner.Count);
        _sweep.Set(NextSweep);
        ArmCompaction();
    }

    private void OnFenced()
    {
        Context.SetReceiveTimeout(IdleTimeout);
        _settings.Health.Kept.Forget(PersistenceId);
    }

    // Called for each event of the write in order: all or none are refused. Their numbers are used up.
    private void OnPredecessorMissing(PredecessorMissingException cause, long sequence)
    {
        if (--_eventsInFlight > 0)
        {
            return;
        }

        _writer = cause.Writer;
        JournalHole? before = Owner.HoleMet;
        Owner.PredecessorMissing(cause.Found, cause.IsOwn, sequence);
        if (Owner.HoleMet is { } hole && !ReferenceEquals(hole, before))
        {
            _settings.Holes?.MetAtWrite();
            LogHoleMet(hole, Owner.Count);
        }
    }

    private static JournalEndSeen SeenBy(Exception? cause) => cause switch
    {
        null => JournalEndSeen.AsKnown,
        PredecessorMissingException => JournalEndSeen.RowsLost,
        _ when DatabaseFailures.IsCollision(cause) => JournalEndSeen.Replaced,
        _ => JournalEndSeen.Unknown,
    };

    private void OnEndLookedAt(Exception? cause)
    {
        JournalEndSeen seen = SeenBy(cause);
        if (seen == JournalEndSeen.Unknown)
        {
            _settings.Health.Raise();
        }
        else if (seen == JournalEndSeen.Replaced)
        {
            _settings.Replaced.Add(PersistenceId);
        }

        Owner.EndSeen(seen, Now);
        ArmCompaction();
    }

    private void OnMendEnded(Exception? cause)
    {
        bool wasFenced = Owner.IsFenced;
        if (cause is null)
        {
            Owner.Mended(Now);
            if (Owner.IsFenced && !wasFenced)
            {
                OnFenced();
            }
        }
        else
        {
            LogMendFailed(cause.Message);
            Owner.MendFailed(DatabaseFailures.IsCollision(cause), (cause as PredecessorMissingException)?.Found);
            if (cause is not (PredecessorMissingException or OwnerReplacedException))
            {
                _settings.Health.Raise();
            }
        }
    }

    // Before any caller hears that it is to ask again. After a collision there is another owner, who knows more.
    private void LeaveBehind(Exception cause)
    {
        if (DatabaseFailures.IsCollision(cause))
        {
            return;
        }

        KeepMemory();
        _settings.Health.Raise();
    }

    private void KeepMemory()
    {
        if (Owner.Remember() is { } memory)
        {
            _settings.Health.Kept.Keep(
                PersistenceId, Context.Parent, Owner.Keep() is { } kept ? AnswerFrom(kept) : null, memory, HandOver(memory));
        }
    }

    // An heir that could not write its fence has no row of its own.
    private Func<HandedMemory> HandOver(KeptMemory<TSnapshot> memory)
    {
        long fencingToken = Owner.FencingToken ?? long.MaxValue;
        long before = Owner.FencingToken - 1 ?? Owner.LastSequence;
        string? writerBefore = _readLast.Sequence == before ? _readLast.Writer : null;
        return () => MemoryCodec.Of(
            PersistenceId, memory.Sequence, fencingToken, _writer, writerBefore, Times.ToJournal(memory.Take(), LookAtClocks()));
    }

    private void OnWriteFailed(Exception cause, long sequence)
    {
        if (DatabaseFailures.IsCollision(cause))
        {
            _settings.Replaced.Add(PersistenceId);
        }
        else
        {
            LogWriteFailed(sequence, cause);
        }

        Metrics?.WriteFailed();
        Owner.WriteFailed();
    }
}
