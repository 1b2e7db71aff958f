using Akka.Actor;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Registry.Entities;

internal sealed partial class NamespaceEntity
{
    internal const string QueueFull = "This namespace has more requests waiting than it can serve; try again later.";

    private void Enqueue(WaitingCommand waiting, PeerId peer)
    {
        if (_stopping)
        {
            waiting.Sender.Tell(RetryLater.Instance);
        }
        else if (!_queue.TryEnqueue(peer, waiting))
        {
            waiting.Sender.Tell(waiting.Register is null
                ? new UnregisterReply(RendezvousStatus.Unavailable)
                : RegistryReplies.Register(RendezvousStatus.Unavailable, QueueFull));
        }
        else if (_inFlight is null)
        {
            WriteNextBatch();
        }
    }

    private void WriteNextBatch()
    {
        while (_queue.TakeBatch() is { Count: > 0 } batch)
        {
            List<NamespaceEvent> events = Decide(batch, out List<WaitingReply> replies);
            if (events.Count > 0)
            {
                _inFlight = replies;
                _eventsInFlight = events.Count;
                PersistAllAsync(events, OnCommitted);
                return;
            }
        }
    }

    private List<NamespaceEvent> Decide(List<WaitingCommand> batch, out List<WaitingReply> replies)
    {
        DateTimeOffset now = _settings.Time.GetUtcNow();
        ulong lastRevision = _state!.LastRevision;
        var events = new List<NamespaceEvent>(batch.Count + 1);
        replies = new List<WaitingReply>(batch.Count);
        foreach (WaitingCommand waiting in batch)
        {
            (NamespaceEvent? @event, object reply) = waiting.Decide(_state, now, lastRevision);
            if (@event is null)
            {
                waiting.Sender.Tell(reply);
                continue;
            }

            events.Add(@event);
            replies.Add(new WaitingReply(waiting.Sender, reply));
            lastRevision = Math.Max(lastRevision, @event.Revision);
        }

        if (events.Count > 0 && !_opened)
        {
            events.Insert(0, new Opened(Guid.NewGuid(), _state.Namespace));
        }

        return events;
    }

    // Called for each event of the write in order; the write is atomic, so with the first all are committed.
    private void OnCommitted(NamespaceEvent @event)
    {
        if (@event is Opened)
        {
            _opened = true;
            Context.SetReceiveTimeout(_settings.IdleTimeout);
        }

        _state!.Apply(@event);
        if (--_eventsInFlight > 0)
        {
            return;
        }

        List<WaitingReply> replies = _inFlight!;
        _inFlight = null;
        replies.ForEach(waiting => waiting.Sender.Tell(waiting.Reply));
        _sweep.Set(_state);
        if (_stopping)
        {
            Context.Stop(Self);
        }
        else
        {
            WriteNextBatch();
        }
    }

    private readonly record struct WaitingReply(IActorRef Sender, object Reply);

    /// <summary>A command with its sender; exactly one of the two is there.</summary>
    private readonly record struct WaitingCommand(IActorRef Sender, RegisterCommand? Register, UnregisterCommand? Unregister)
    {
        public (NamespaceEvent? Event, object Reply) Decide(NamespaceState state, DateTimeOffset now, ulong lastRevision)
        {
            if (Register is not null)
            {
                Decision<RegisterReply> register = state.Decide(Register, now, lastRevision);
                return (register.Event, register.Reply);
            }

            Decision<UnregisterReply> unregister = state.Decide(Unregister!, now, lastRevision);
            return (unregister.Event, unregister.Reply);
        }
    }
}
