using Akka.Actor;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Sharding;
using IPort = RendezvousCluster.Core.Ownership.IOwnerPort<
    RendezvousCluster.Registry.Entities.EntityCaller,
    RendezvousCluster.Core.Namespaces.INamespaceReply,
    RendezvousCluster.Core.Namespaces.NamespaceEvent,
    RendezvousCluster.Core.Namespaces.NamespaceSnapshot>;

namespace RendezvousCluster.Registry.Entities;

// Request path, step 15: commit to the journal.
internal sealed partial class NamespaceEntity : INamespaceOwnerPort<EntityCaller>
{
    private int _eventsInFlight;

    bool IPort.IsJournalAway => _settings.Health.IsAway;

    bool IPort.IsUndisputed => _settings.IsUndisputed();

    void IPort.Reply(EntityCaller caller, INamespaceReply reply)
    {
        caller.Sender.Tell(reply);
        _commitTrace.Answered(caller);
    }

    void IPort.RetryLater(EntityCaller caller) => caller.Sender.Tell(Entities.RetryLater.Instance);

    void IPort.Write(IReadOnlyList<NamespaceEvent> events)
    {
        _eventsInFlight = events.Count;
        _figures.WriteBegins(events.Count);
        _commitTrace.WriteBegins(events);
        PersistAllAsync(events, OnPersisted);
    }

    void INamespaceOwnerPort<EntityCaller>.Announce(NamespaceAnnouncement announcement) => _settings.AnnounceAsync(announcement).PipeTo(
        Self,
        success: reply => new AnnouncementEnded(reply, null),
        failure: exception => new AnnouncementEnded(null, exception));

    void IPort.Stop() => Context.Stop(Self);

    private void OnAnnouncementEnded(AnnouncementReply? reply, Exception? cause)
    {
        switch (reply?.Status)
        {
            case null:
                LogNotAnnounced(PersistenceId, cause);
                _owner.AnnouncementFailed(Now);
                break;
            case RendezvousStatus.Ok:
                _owner.Announced(reply!.ListedUntil, Now);
                break;
            default:
                _owner.AnnouncementRefused(Now);
                break;
        }

        ArmCompaction(); // a write that waited for this may have been given up
    }

    // Called for each event of the write in order; the write is atomic, so with the first all are committed.
    private void OnPersisted(NamespaceEvent @event)
    {
        if (--_eventsInFlight > 0)
        {
            return;
        }

        _figures.Committed();
        _commitTrace.Committed();
        if (!_owner.IsFenced)
        {
            Context.SetReceiveTimeout(_settings.IdleTimeout);
            _settings.Health.Kept.Forget(PersistenceId);
        }

        _owner.Committed(Now);
        _figures.Holds(_owner.State!.Count);
        _sweep.Set(_owner.State!);
        ArmCompaction();
    }

    // Before anybody is told to ask again. After a collision there is another owner, who knows more.
    private void LeaveBehind(Exception cause)
    {
        if (DatabaseFailures.IsCollision(cause))
        {
            return;
        }

        if (_owner.Keep() is { } kept)
        {
            NamespaceEntitySettings settings = _settings;
            long keptAt = settings.Time.GetTimestamp();
            settings.Health.Kept.Keep(PersistenceId, Context.Parent, message => message switch
            {
                NamespaceCommand { Message: DiscoverQuery query } =>
                    kept.Read(query, settings.Time.GetUtcNow(), settings.Time.GetElapsedTime(keptAt), settings.IsUndisputed())!,
                NamespaceCommand { Message: INamespaceCommand command } => command.Refuse(RefusalReason.JournalAway),
                _ => RetryLater.Instance,
            });
        }

        _settings.Health.Raise();
    }

    private void OnWriteFailed(Exception cause, long sequence)
    {
        LogWriteFailed(PersistenceId, sequence, cause);
        _figures.WriteFailed();
        _owner.WriteFailed();
    }

    /// <summary>The directory's answer; null when none came. An entity that only renews its listing is idle.</summary>
    private sealed record AnnouncementEnded(AnnouncementReply? Reply, Exception? Cause)
        : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded;
}
