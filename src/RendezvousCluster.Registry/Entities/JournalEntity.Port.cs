using Akka.Actor;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Entities;

// Request path, step 15: commit to the journal.
internal abstract partial class JournalEntity<TCommand, TQuery, TReply, TEvent, TSnapshot>
    : IOwnerPort<EntityCaller, TReply, TEvent, TSnapshot>
{
    private int _eventsInFlight;

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

    void IOwnerPort<EntityCaller, TReply, TEvent, TSnapshot>.Stop() => Context.Stop(Self);

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
        ClockReading clock = _settings.Clock.Look();
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
            Context.SetReceiveTimeout(IdleTimeout);
            _settings.Health.Kept.Forget(PersistenceId);
        }

        Owner.Committed(Now);
        Metrics?.Holds(Owner.Count);
        _sweep.Set(NextSweep);
        ArmCompaction();
    }

    // Before any caller hears that it is to ask again. After a collision there is another owner, who knows more.
    private void LeaveBehind(Exception cause)
    {
        if (DatabaseFailures.IsCollision(cause))
        {
            return;
        }

        if (Owner.Keep() is { } kept)
        {
            _settings.Health.Kept.Keep(PersistenceId, Context.Parent, AnswerFrom(kept));
        }

        _settings.Health.Raise();
    }

    private void OnWriteFailed(Exception cause, long sequence)
    {
        LogWriteFailed(sequence, cause);
        Metrics?.WriteFailed();
        Owner.WriteFailed();
    }
}
