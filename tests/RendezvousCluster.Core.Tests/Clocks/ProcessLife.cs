using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Clocks;

/// <summary>
/// One process that owns a namespace, from its start to its end, over a journal that outlives it: what a shell does with the times, and
/// nothing else. The wall clock is the machine's, and outlives the process too.
/// </summary>
internal sealed class ProcessLife
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private readonly List<NamespaceEvent> _journal;
    private readonly RegistryClock _clock;
    private JournaledNamespace _namespace = new(1000);
    private NamespaceTimes _times = new(RequestTimeout);

    public ProcessLife(SteppingTimeProvider wall, List<NamespaceEvent> journal)
    {
        _journal = journal;
        _clock = new RegistryClock(new SteadyTimeProvider(wall));
        Recover();
    }

    public NamespaceState State => _namespace.State!;

    public bool MustReadAgain => _times.AnyEstimated && _clock.Look().Lowest < ReadBy.Lowest;

    public ClockReading ReadBy { get; private set; }

    private DateTimeOffset Now => _clock.Time.GetUtcNow();

    /// <summary>The owner leaves memory, and the next one reads the journal.</summary>
    public void Recover(NamespaceSnapshot? snapshot = null)
    {
        ReadBy = _clock.Look();
        _namespace = new JournaledNamespace(1000, ReadBy.BelievesFrom, RequestTimeout);
        _times = new NamespaceTimes(RequestTimeout);
        if (snapshot is not null)
        {
            _namespace.Restore(_times.FromJournal(snapshot, ReadBy));
        }

        _journal.Skip((int)(snapshot?.Sequence ?? 0)).ToList().ForEach(row => _namespace.Apply(_times.FromJournal(row, ReadBy)));
        _namespace.Recovered(Now);
        _namespace.Adopt(new UnregisterCommand(Chat, TestPeers.Id(0), Now));
        Write(_namespace.Fence(Guid.NewGuid(), afresh: _journal.Count == 0));
    }

    public NamespaceSnapshot TakeSnapshot() =>
        _times.ToJournal(_namespace.ToSnapshot(new SnapshotPlace(_journal.Count, 0, 0)), _clock.Look());

    public RendezvousStatus Register(int peer, uint ttlSeconds = 7200)
    {
        Decision<RegisterReply> decision = State.Decide(
            new RegisterCommand(
                Chat, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, ttlSeconds, Now + RequestTimeout),
            Now,
            State.LastRevision);
        Write(decision.Event);
        return decision.Reply.Status;
    }

    public RendezvousStatus Unregister(int peer)
    {
        Decision<UnregisterReply> decision =
            State.Decide(new UnregisterCommand(Chat, TestPeers.Id(peer), Now + RequestTimeout), Now, State.LastRevision);
        Write(decision.Event);
        return decision.Reply.Status;
    }

    /// <summary>The times to live that a DISCOVER shows.</summary>
    public uint[] Discover()
    {
        DiscoverReply reply = State.Read(new DiscoverQuery(Chat, 0, 1000, int.MaxValue, Now + RequestTimeout), Now);
        Assert.Equal(RendezvousStatus.Ok, reply.Status);
        return [.. reply.Registrations.Select(registration => registration.RemainingTtlSeconds)];
    }

    public void Sweep() => State.Sweep(Now);

    private void Write(NamespaceEvent? @event)
    {
        if (@event is not null)
        {
            _journal.Add(_times.ToJournal(@event, _clock.Look()));
            _namespace.Apply(@event);
        }
    }
}
