using Akka.Actor;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Registry.Entities;

internal sealed partial class NamespaceEntity : IOwnerPort<IActorRef>
{
    private int _eventsInFlight;

    void IOwnerPort<IActorRef>.Reply(IActorRef caller, object reply) => caller.Tell(reply);

    void IOwnerPort<IActorRef>.RetryLater(IActorRef caller) => caller.Tell(Entities.RetryLater.Instance);

    void IOwnerPort<IActorRef>.Write(IReadOnlyList<NamespaceEvent> events)
    {
        _eventsInFlight = events.Count;
        PersistAllAsync(events, OnPersisted);
    }

    void IOwnerPort<IActorRef>.Stop() => Context.Stop(Self);

    // Called for each event of the write in order; the write is atomic, so with the first all are committed.
    private void OnPersisted(NamespaceEvent @event)
    {
        if (--_eventsInFlight > 0)
        {
            return;
        }

        if (!_owner.HasJournal)
        {
            Context.SetReceiveTimeout(_settings.IdleTimeout);
        }

        _owner.Committed(Now);
        _sweep.Set(_owner.State!);
    }
}
