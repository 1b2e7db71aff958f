using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// A <see cref="NamespaceState"/> as the state of a journal. Which namespace it is follows from the journal or, where there is none, from
/// the first command: the journal's own id is a hash of the name. So anything else that arrives is a collision of SHA-256 or a bug, and
/// then the wrong registrations must not be shown.
/// </summary>
/// <param name="maxRegistrations">How many registrations the namespace may have.</param>
/// <param name="uncertainUntil">Until when times that other processes wrote are uncertain.</param>
/// <param name="longestWait">As <see cref="NamespaceState.LongestWait"/>; that of every setting when null.</param>
internal sealed class JournaledNamespace(int maxRegistrations, DateTimeOffset uncertainUntil = default, TimeSpan? longestWait = null)
    : IJournaledState<INamespaceCommand, DiscoverQuery, INamespaceReply, NamespaceEvent, NamespaceSnapshot>
{
    private static readonly IEqualityComparer<INamespaceCommand> SamePeer = EqualityComparer<INamespaceCommand>.Create(
        (left, right) => left!.Peer.Equals(right!.Peer), command => command.Peer.GetHashCode());

    // The decisions of this batch that are not applied yet.
    private ulong _lastRevision;
    private int _growth;

    /// <summary>What is committed; null while nothing says which namespace this is.</summary>
    public NamespaceState? State
    {
        get;
        private set
        {
            field = value;
            field?.MaxRegistrations = maxRegistrations;
            if (longestWait is { } longest)
            {
                field?.LongestWait = longest;
            }
        }
    }

    /// <inheritdoc/>
    public IEqualityComparer<INamespaceCommand> Dependence => SamePeer;

    /// <inheritdoc/>
    public bool IsEmpty => State is not { IsEmpty: false };

    /// <inheritdoc/>
    public int Count => State?.Count ?? 0;

    /// <summary>A <see cref="Refreshed"/> does not say what it refreshes.</summary>
    public bool EventsBuildOnEachOther => true;

    /// <inheritdoc/>
    public void Restore(NamespaceSnapshot snapshot) => State = NamespaceState.From(snapshot);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The journal does not begin with its namespace, or contradicts itself.</exception>
    public void Apply(NamespaceEvent @event)
    {
        if (@event is Opened opened && (State is null || (opened.Fresh && !IsEmpty)))
        {
            State = new NamespaceState(opened.Namespace, State?.LastRevision ?? 0);
        }

        (State ?? throw new InvalidOperationException($"The journal does not begin with its namespace but with {@event.GetType().Name}."))
            .Apply(@event);
    }

    /// <inheritdoc/>
    public bool BeginsAfresh(NamespaceEvent @event) => @event is Opened { Fresh: true };

    /// <inheritdoc/>
    public void Recovered(DateTimeOffset now) => State?.Recovered(now, uncertainUntil);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">It names no namespace.</exception>
    public bool Adopt(INamespaceCommand command)
    {
        RendezvousNamespace @namespace = command.Namespace ?? throw new ArgumentException("A namespace is needed.", nameof(command));
        State ??= new NamespaceState(@namespace);
        return State.Namespace.Equals(@namespace);
    }

    /// <inheritdoc/>
    public bool Holds(DiscoverQuery query) => State is null || State.Namespace.Equals(query.Namespace);

    /// <inheritdoc/>
    public INamespaceReply Read(DiscoverQuery query, DateTimeOffset now) => (State ?? new NamespaceState(query.Namespace)).Read(query, now);

    /// <inheritdoc/>
    public void BeginBatch(DateTimeOffset now)
    {
        State!.SweepIfFull(now);
        _lastRevision = State.LastRevision;
        _growth = 0;
    }

    /// <inheritdoc/>
    public (NamespaceEvent? Event, INamespaceReply Reply) Decide(INamespaceCommand command, DateTimeOffset now) => command switch
    {
        RegisterCommand register => Note(State!.Decide(register, now, _lastRevision, _growth)),
        UnregisterCommand unregister => Note(State!.Decide(unregister, now, _lastRevision)),
        _ => throw new ArgumentException($"No rule for {command.GetType().Name}.", nameof(command)),
    };

    /// <inheritdoc/>
    public INamespaceReply Refuse(INamespaceCommand command, RefusalReason reason) => command.Refuse(reason);

    /// <inheritdoc/>
    public INamespaceReply Refuse(DiscoverQuery query, RefusalReason reason) => ((INamespaceRequest)query).Refuse(reason);

    /// <inheritdoc/>
    public NamespaceEvent Fence(Guid incarnation, bool afresh) => new Opened(incarnation, State!.Namespace, afresh);

    /// <inheritdoc/>
    public void Sweep(DateTimeOffset now) => State?.Sweep(now);

    /// <inheritdoc/>
    public NamespaceSnapshot ToSnapshot(SnapshotPlace place) => State!.ToSnapshot(place);

    private (NamespaceEvent? Event, INamespaceReply Reply) Note<TReply>(Decision<TReply> decision)
        where TReply : INamespaceReply
    {
        if (decision.Event is not null)
        {
            _lastRevision = Math.Max(_lastRevision, decision.Event.Revision);
            _growth += decision.Growth;
        }

        return (decision.Event, decision.Reply);
    }
}
