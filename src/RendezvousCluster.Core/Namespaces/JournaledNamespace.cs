using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// A <see cref="NamespaceState"/> as the state of a journal. Which namespace it is follows from the journal or, where there is none, from
/// the first command: the journal's own id is a hash of the name. So anything else that arrives is a collision of SHA-256 or a bug, and
/// then the wrong registrations must not be shown.
/// </summary>
/// <remarks>
/// <para><b>Behind a hole.</b>
/// A registration is signed by its peer and has its own end. So what was registered before events went missing is shown until that end,
/// though it may have been replaced or taken back in between: its peer did say it, for that time, and says it again or takes it back
/// again if it is still there. An event after the hole counts for as much as it says itself: a <see cref="Registered"/> brings its
/// envelope, an <see cref="Unregistered"/> takes away all that the peer had. A <see cref="Refreshed"/> says only that the peer's envelope
/// of that time counts for longer. Which envelope that was stands in the hole unless the peer has registered behind it, so it prolongs
/// nothing. Nothing is ever shown that its peer did not sign, nor for longer than was granted to that envelope.
/// </para>
/// <para><b>Without a name.</b>
/// If the beginning of the journal is missing, nothing says which namespace it is until its next owner's <see cref="Opened"/>, or the
/// first command or query, does. The events that were read until then wait for it.
/// </para>
/// </remarks>
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

    // While the journal is read: the peers that have registered or unregistered since the last hole; null when there was none.
    private HashSet<PeerId>? _knownAgain;

    // When the journal was read.
    private DateTimeOffset _recoveredAt;

    // Events of a journal whose beginning is missing, before anything says which namespace it is. Null stands for a further hole.
    private readonly List<NamespaceEvent?> _unnamed = [];

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
    public bool IsEmpty => State is not { IsEmpty: false } && _unnamed.Count == 0;

    /// <inheritdoc/>
    public bool IsNamed => State is not null;

    /// <inheritdoc/>
    public int Count => State?.Count ?? 0;

    /// <inheritdoc/>
    public void PassHole()
    {
        _knownAgain = [];
        if (_unnamed.Count > 0)
        {
            _unnamed.Add(null);
        }
    }

    /// <inheritdoc/>
    public void Restore(NamespaceSnapshot snapshot)
    {
        _unnamed.Clear();
        State = NamespaceState.From(snapshot);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The journal does not begin with its namespace, or contradicts itself.</exception>
    public void Apply(NamespaceEvent @event)
    {
        if (@event is Opened opened && (State is null || (opened.Fresh && !IsEmpty)))
        {
            Begin(opened);
        }

        if (_knownAgain is null)
        {
            NamespaceState state = State ?? throw new InvalidOperationException(
                $"The journal does not begin with its namespace but with {@event.GetType().Name}.");
            state.Apply(@event);
        }
        else if (State is null)
        {
            _unnamed.Add(@event);
        }
        else
        {
            ApplyBehindHole(State, @event, _knownAgain);
        }
    }

    /// <inheritdoc/>
    public bool BeginsAfresh(NamespaceEvent @event) => @event is Opened { Fresh: true };

    /// <inheritdoc/>
    public bool MayBegin(NamespaceEvent @event) => BeginsAfresh(@event);

    /// <inheritdoc/>
    public void Recovered(DateTimeOffset now)
    {
        _recoveredAt = now;
        if (State is not null)
        {
            _knownAgain = null;
            State.Recovered(now, uncertainUntil);
        }
        else if (now >= uncertainUntil && _unnamed.OfType<Registered>().All(registered => !registered.Registration.IsLive(now)))
        {
            _unnamed.Clear();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">It names no namespace.</exception>
    public bool Adopt(INamespaceCommand command)
    {
        RendezvousNamespace @namespace = command.Namespace ?? throw new ArgumentException("A namespace is needed.", nameof(command));
        Name(@namespace);
        return State!.Namespace.Equals(@namespace);
    }

    /// <inheritdoc/>
    public bool Holds(DiscoverQuery query)
    {
        if (_knownAgain is not null)
        {
            Name(query.Namespace);
        }

        return State is null || State.Namespace.Equals(query.Namespace);
    }

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
    public (NamespaceEvent? Event, INamespaceReply Reply, bool MustBeProved) Decide(
        INamespaceCommand command, DateTimeOffset now) => command switch
    {
        RegisterCommand register => Note(State!.Decide(register, now, _lastRevision, _growth), reply => reply.Status),
        UnregisterCommand unregister => Note(State!.Decide(unregister, now, _lastRevision), reply => reply.Status),
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

    private static void ApplyBehindHole(NamespaceState state, NamespaceEvent @event, HashSet<PeerId> knownAgain)
    {
        switch (@event)
        {
            case Refreshed refreshed when !knownAgain.Contains(refreshed.Peer):
                state.Pass(@event.Revision);
                return;
            case Registered registered:
                knownAgain.Add(registered.Registration.Peer);
                break;
            case Unregistered unregistered:
                knownAgain.Add(unregistered.Peer);
                break;
        }

        state.Apply(@event);
    }

    private void Begin(Opened opened)
    {
        var state = new NamespaceState(opened.Namespace, State?.LastRevision ?? 0);
        foreach (NamespaceEvent? @event in opened.Fresh ? [] : _unnamed)
        {
            if (@event is null)
            {
                _knownAgain!.Clear();
            }
            else
            {
                ApplyBehindHole(state, @event, _knownAgain!);
            }
        }

        _unnamed.Clear();
        State = state;
    }

    // The namespace that a caller names is the one that this journal is of: the id of the journal is a hash of the name.
    private void Name(RendezvousNamespace @namespace)
    {
        if (State is null)
        {
            Begin(new Opened(Guid.Empty, @namespace));
            _knownAgain = null;
            State!.Recovered(_recoveredAt, uncertainUntil);
        }
    }

    // A command that is done without an event was done before: that a registration is gone, or stands, is true only of the newest state.
    private (NamespaceEvent? Event, INamespaceReply Reply, bool MustBeProved) Note<TReply>(
        Decision<TReply> decision, Func<TReply, RendezvousStatus> statusOf)
        where TReply : INamespaceReply
    {
        if (decision.Event is not null)
        {
            _lastRevision = Math.Max(_lastRevision, decision.Event.Revision);
            _growth += decision.Growth;
        }

        return (decision.Event, decision.Reply, decision.Event is null && statusOf(decision.Reply) == RendezvousStatus.Ok);
    }
}
