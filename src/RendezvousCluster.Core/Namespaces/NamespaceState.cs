using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// One namespace: who is registered, in which order, until when. Pure: it does no I/O and has no clock; time is an argument.
/// </summary>
/// <remarks>
/// <para>
/// A command goes through it in two steps. <c>Decide</c> looks at the state and says which event follows and what to reply, and changes
/// nothing. <see cref="Apply"/> takes the event in, after it is committed, and decides nothing. So recovery is the same code as life: the
/// events applied in order give the same state, at any time.
/// </para>
/// <para>
/// Several commands may be decided before the first of their events is applied, as one batch: at most one per peer, each given the last
/// revision of the batch so far, and by how many registrations the batch grows. Peers depend on one another in nothing else, so that is all
/// a batch has to carry along. Between deciding and applying nothing may be swept: a refresh that was decided needs the envelope it
/// refreshes.
/// </para>
/// <para>
/// Expiry is a comparison with the stored time, made on every read and every decision. <see cref="Sweep"/> only frees memory. An
/// expired registration counts as absent from that moment, swept or not, and a later REGISTER stores its envelope anew.
/// </para>
/// <para>
/// Time is the steady clock of the process, which no step of a wall clock reaches; times that another process wrote are estimates
/// (<see cref="Clocks.ClockReading"/>). A registration that has expired by an estimate is not shown, but as long as the estimate is
/// uncertain it is not freed either, so no snapshot lacks it and no journal is cleared because of it; and an UNREGISTER of it is written
/// down.
/// </para>
/// <para>
/// Owners' clocks differ. One whose clock is ahead may have swept what another one refreshes; a snapshot of the first would then not go
/// together with the events of the second. So an owner refers only to what it wrote itself: of a registration that it recovered it stores
/// the envelope anew with the first refresh.
/// </para>
/// <para>
/// Late copies. The front end may send a command several times, and a copy may be overtaken by a newer command of the same peer. Commands
/// carry the deadline of their caller, and of two commands the one with the earlier deadline is the older. An older REGISTER never shortens
/// what a newer one stored, and never brings back what a newer UNREGISTER removed (<see cref="UnregisterFence"/>). Clocks of two front ends
/// may differ, so a command that merely seems older is never acknowledged unless what it asks for holds: it gets
/// <see cref="RendezvousStatus.Unavailable"/> and may be tried again.
/// </para>
/// </remarks>
/// <param name="namespace">Which namespace.</param>
/// <param name="lastRevision">The last revision that was taken before; 0 for a namespace without a past.</param>
internal sealed partial class NamespaceState(RendezvousNamespace @namespace, ulong lastRevision = 0)
{
    private readonly Dictionary<PeerId, StoredRegistration> _byPeer = [];
    private readonly FlavourIndex _byRevision = new();
    private readonly ExpiryQueue _byExpiry = new();
    private readonly UnregisterFence _unregistered = new();

    // Expired, if the clock is right, which is uncertain. Neither shown nor freed.
    private readonly ExpiryQueue _uncertain = new();
    private ulong _recoveredTo;
    private DateTimeOffset _uncertainUntil = DateTimeOffset.MinValue;

    /// <summary>Which namespace this is.</summary>
    public RendezvousNamespace Namespace { get; } = @namespace;

    /// <summary>How many live registrations there may be; what is there may be refreshed beyond it.</summary>
    public int MaxRegistrations { get; set; } = RegistrationLimits.DefaultMaxPerNamespace;

    /// <summary>How many registrations are in memory, with those that have expired but are not swept yet.</summary>
    public int Count => _byPeer.Count;

    /// <summary>Whether forgetting this state would change no answer.</summary>
    public bool IsEmpty => _byPeer.Count == 0 && _unregistered.Count == 0;

    /// <summary>The last revision taken; 0 before the first.</summary>
    public ulong LastRevision { get; private set; } = lastRevision;

    /// <summary>For how long a caller may wait at most; a deadline that is later is of a clock that is ahead.</summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many registrations have expired if the clock is right, and are kept because that is uncertain.</summary>
    public int UncertainCount => _uncertain.Count;

    /// <summary>When there is something to free; null when nothing is stored.</summary>
    public DateTimeOffset? NextExpiry =>
        _byExpiry.TryPeek(out StoredRegistration? earliest)
            ? DateTimeOffset.FromUnixTimeMilliseconds(earliest.ExpiresAtUnixMilliseconds)
            : _uncertain.Count > 0 ? _uncertainUntil : null;

    /// <summary>Takes a committed event in.</summary>
    /// <exception cref="InvalidOperationException">The event cannot follow what came before: the journal is damaged or not this
    /// namespace's.</exception>
    public void Apply(NamespaceEvent @event)
    {
        switch (@event)
        {
            case Opened opened:
                if (!opened.Namespace.Equals(Namespace))
                {
                    throw new InvalidOperationException($"The journal of namespace '{Namespace}' belongs to '{opened.Namespace}'.");
                }

                break;
            case Registered registered:
                Remove(registered.Registration.Peer);
                Add(registered.Registration);
                break;
            case Refreshed refreshed:
                StoredRegistration stored = Remove(refreshed.Peer)
                    ?? throw new InvalidOperationException($"Revision {refreshed.Revision} refreshes a registration that is not there.");
                Add(stored.Refresh(
                    refreshed.Revision,
                    ExpiresAt(refreshed.RegisteredAtUnixMilliseconds, refreshed.TtlSeconds),
                    refreshed.DeadlineUnixMilliseconds,
                    refreshed.TtlSeconds,
                    refreshed.IsEstimated));
                break;
            case Unregistered unregistered:
                Remove(unregistered.Peer);
                _unregistered.Add(unregistered.Peer, unregistered.DeadlineUnixMilliseconds);
                LastRevision = Math.Max(LastRevision, unregistered.Revision);
                break;
            default:
                throw new InvalidOperationException($"No rule for {@event.GetType().Name}.");
        }
    }

    /// <summary>Takes note of a revision that was taken by an event that cannot be applied.</summary>
    public void Pass(ulong revision) => LastRevision = Math.Max(LastRevision, revision);

    /// <summary>
    /// Frees what has expired if the namespace seems full, so that not every command has to count it. Not between deciding and applying.
    /// </summary>
    public void SweepIfFull(DateTimeOffset now)
    {
        if (Count >= MaxRegistrations)
        {
            Sweep(now);
        }
    }

    /// <summary>The journal is read: what is there was written by others, and until then their times are uncertain.</summary>
    public void Recovered(DateTimeOffset now, DateTimeOffset uncertainUntil)
    {
        _recoveredTo = LastRevision;
        _uncertainUntil = uncertainUntil;
        Sweep(now);
    }

    /// <summary>Frees what has expired.</summary>
    /// <returns>How many registrations were freed.</returns>
    public int Sweep(DateTimeOffset now)
    {
        int swept = 0;
        bool isUncertain = now < _uncertainUntil;
        while (_byExpiry.TryPeek(out StoredRegistration? earliest) && !earliest.IsLive(now))
        {
            if (isUncertain && earliest.IsEstimated)
            {
                _byExpiry.Remove(earliest);
                _uncertain.Add(earliest);
            }
            else
            {
                Remove(earliest.Peer);
                swept++;
            }
        }

        while (!isUncertain && _uncertain.TryPeek(out StoredRegistration? ended))
        {
            Remove(ended.Peer);
            swept++;
        }

        _unregistered.ForgetPassed(now);
        return swept;
    }

    /// <summary>The live registrations of some flavours above a revision, ascending.</summary>
    public IEnumerable<StoredRegistration> LiveAfter(
        ulong revision, DateTimeOffset now, RegistrationFlavours flavours = RegistrationFlavours.All)
    {
        foreach (StoredRegistration registration in _byRevision.After(revision, flavours))
        {
            if (registration.IsLive(now))
            {
                yield return registration;
            }
        }
    }

    private static long ExpiresAt(long registeredAtUnixMilliseconds, uint ttlSeconds) =>
        registeredAtUnixMilliseconds + (ttlSeconds * 1000L);

    private void Add(StoredRegistration registration)
    {
        StoredRegistration own = registration.ForQueue();
        _byPeer.Add(own.Peer, own);
        _byRevision.Append(own);
        _byExpiry.Add(own);
        LastRevision = own.Revision;
    }

    private StoredRegistration? Remove(PeerId peer)
    {
        if (_byPeer.Remove(peer, out StoredRegistration? registration))
        {
            _byRevision.Remove(registration);
            (_uncertain.Contains(registration) ? _uncertain : _byExpiry).Remove(registration);
        }

        return registration;
    }
}
