using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Persistence;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Directories;

/// <summary>
/// One part of the directory of namespaces: a shell around <see cref="DirectoryState"/>, which says what the directory promises.
/// </summary>
/// <remarks>
/// <para>
/// It writes as a namespace's owner does: announcements that arrive during a write wait for the next one, which takes them all; an answer goes out
/// after the commit; the first event of an owner fences off the one before it; after a failed write, whose outcome is unknown, the entity
/// stops, and who waits is told to ask again. Announcements are idempotent, so asking again is always right.
/// </para>
/// <para>
/// There are as many of these as the directory has parts, and they stay in memory: what makes a walk over what is new cheap, who was active when, is
/// known to them alone.
/// </para>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "An actor ends in PostStop, which disposes of the timer.")]
internal sealed partial class DirectoryEntity : UntypedPersistentActor
{
    /// <summary>Announcements that wait for the write in flight; those beyond are told to come back.</summary>
    internal const int MaxQueued = 4096;

    /// <summary>Events of one write.</summary>
    internal const int MaxBatch = 256;

    private readonly DirectoryEntitySettings _settings;
    private readonly DirectoryState _state;
    private readonly int _part;
    private readonly ITimer _sweep;
    private readonly Queue<(IActorRef Sender, NamespaceAnnouncement Announcement)> _queue = new();

    private List<(IActorRef Sender, NamespaceAnnouncement Announcement)> _inFlight = [];
    private int _eventsInFlight;
    private bool _opened;
    private bool _stopping;

    public DirectoryEntity(string entityId, DirectoryEntitySettings settings)
    {
        PersistenceId = entityId;
        _part = DirectoryMessageExtractor.PartOf(entityId);
        _settings = settings;
        _state = new DirectoryState(settings.MaxNamespaces);
        StartCompaction();
        IActorRef self = Self;
        _sweep = settings.Time.CreateTimer(_ => self.Tell(SweepDue.Instance), null, DirectoryState.SweepInterval, DirectoryState.SweepInterval);
    }

    /// <inheritdoc/>
    public override string PersistenceId { get; }

    private DateTimeOffset Now => _settings.Time.GetUtcNow();

    internal static Props Props(string entityId, DirectoryEntitySettings settings) =>
        Akka.Actor.Props.Create(() => new DirectoryEntity(entityId, settings));

    /// <inheritdoc/>
    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: DirectorySnapshot snapshot } offer:
                snapshot.Entries.ForEach(Apply);
                _compaction.RecoveredFrom(offer.Metadata.SequenceNr, snapshot.PreviousSnapshot, snapshot.DeletedTo, Elapsed);
                break;
            case NamespaceListed listed:
                Apply(listed);
                break;
            case RecoveryCompleted:
                _state.Recovered(Now);
                if (LastSequenceNr > 0)
                {
                    // What arrives meanwhile is stashed.
                    _writingSince = Elapsed;
                    Persist(new DirectoryOpened(Guid.NewGuid()), _ =>
                    {
                        _opened = true;
                        _trustedSince = _writingSince;
                    });
                }

                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case ListingQuery query:
                Sender.Tell(List(_state, _part, query, Now));
                break;
            case NamespaceAnnouncement announcement:
                Enqueue(announcement);
                break;
            case SweepDue:
                _state.Sweep(Now);
                break;
            case Reclaim:
                ClearIfEmpty();
                break;
            case StopEntity:
                _stopping = true;
                TellQueuedToRetry();
                if (_eventsInFlight == 0 || _settings.Health.IsAway)
                {
                    TellAllToRetry(); // the next owner need not wait for a write that nobody will hear of
                    Context.Stop(Self);
                }

                break;
            default:
                if (!OnCompaction(message))
                {
                    Unhandled(message);
                }

                break;
        }
    }

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        LogWriteFailed(PersistenceId, sequenceNr, cause);
        LeaveBehind(cause);
        TellAllToRetry(); // the base class stops the actor
    }

    /// <inheritdoc/>
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        LogWriteFailed(PersistenceId, sequenceNr, cause);
        TellAllToRetry();
        Context.Stop(Self);
    }

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        LogRecoveryFailed(PersistenceId, LastSequenceNr, reason);
        _settings.Health.Raise();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _sweep.Dispose();
        _compactionTimer?.Dispose();
        base.PostStop();
    }

    private static NamespaceListing List(DirectoryState state, int part, ListingQuery query, DateTimeOffset now)
    {
        NamespaceListing listing = state.List(query, now);
        return listing.Continue is null ? listing with { Continue = DirectoryParts.FirstAfter(part) } : listing;
    }

    // As an entity of a namespace does. What is listed here wrongly or not at all costs a walk at most a namespace.
    private void LeaveBehind(Exception cause)
    {
        if (DatabaseFailures.IsCollision(cause))
        {
            return;
        }

        if (_opened)
        {
            (DirectoryState state, int part, TimeProvider time) = (_state, _part, _settings.Time);
            _settings.Health.Kept.Keep(
                PersistenceId, Context.Parent, message => message is ListingQuery query ? List(state, part, query, time.GetUtcNow()) : RetryLater.Instance);
        }

        _settings.Health.Raise();
    }

    private void Apply(NamespaceListed listed) => _state.Apply(listed, Now + DirectoryState.ActivitySpan);

    private void Enqueue(NamespaceAnnouncement announcement)
    {
        if (_stopping || _queue.Count >= MaxQueued || _settings.Health.IsAway)
        {
            Sender.Tell(RetryLater.Instance);
            return;
        }

        _queue.Enqueue((Sender, announcement));
        if (_eventsInFlight == 0)
        {
            WriteNextBatch();
        }
    }

    private void WriteNextBatch()
    {
        var events = new List<DirectoryEvent>();
        while (events.Count < MaxBatch && _queue.TryDequeue(out (IActorRef Sender, NamespaceAnnouncement Announcement) next))
        {
            (NamespaceListed? @event, RendezvousStatus status) = _state.Decide(next.Announcement, Now);
            if (@event is null)
            {
                Confirm(next.Sender, next.Announcement, status);
                continue;
            }

            events.Add(@event);
            _inFlight.Add(next);
        }

        if (events.Count == 0)
        {
            return;
        }

        if (!IsTrusted)
        {
            TellAllToRetry();
            Context.Stop(Self);
            return;
        }

        if (!_opened)
        {
            events.Insert(0, new DirectoryOpened(Guid.NewGuid()));
        }

        _eventsInFlight = events.Count;
        _writingSince = Elapsed;
        PersistAllAsync(events, OnCommitted);
    }

    // Called for each event of the write in order; the write is atomic, so with the first all are committed.
    private void OnCommitted(DirectoryEvent @event)
    {
        if (@event is NamespaceListed listed)
        {
            Apply(listed);
        }

        if (--_eventsInFlight > 0)
        {
            return;
        }

        _opened = true;
        _settings.Health.Kept.Forget(PersistenceId);
        _trustedSince = _writingSince;
        _inFlight.ForEach(waiting => Confirm(waiting.Sender, waiting.Announcement, RendezvousStatus.Ok));
        _inFlight = [];
        if (_stopping)
        {
            Context.Stop(Self);
            return;
        }

        Compact();
        WriteNextBatch();
    }

    private void Confirm(IActorRef sender, NamespaceAnnouncement announcement, RendezvousStatus status) => sender.Tell(
        new AnnouncementReply(status, _state.ListedUntil(announcement.Namespace) ?? DateTimeOffset.UnixEpoch));

    private void TellAllToRetry()
    {
        _inFlight.ForEach(waiting => waiting.Sender.Tell(RetryLater.Instance));
        _inFlight = [];
        TellQueuedToRetry();
    }

    private void TellQueuedToRetry()
    {
        while (_queue.TryDequeue(out (IActorRef Sender, NamespaceAnnouncement) waiting))
        {
            waiting.Sender.Tell(RetryLater.Instance);
        }
    }

    private sealed class SweepDue : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        internal static readonly SweepDue Instance = new();
    }
}
