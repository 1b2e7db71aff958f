using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;

namespace RendezvousCluster.Core;

/// <summary>
/// The registry of one process, in memory: for tests, for benchmarks of the layers above it, and for embedding where a restart may forget
/// everything. Safe for use by many threads. It keeps the same rules as the durable one, by the same code.
/// </summary>
public sealed class InMemoryRegistry : IRegistry, INamespaceDirectory, IDisposable
{
    /// <summary>How often expired registrations are freed. They are never returned, freed or not.</summary>
    public static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<RendezvousNamespace, NamespaceState> _namespaces = [];
    private readonly SortedList<NamespaceKey, RendezvousNamespace> _byKey = [];
    private readonly TimeProvider _time;
    private readonly RegistrationLimits _limits;
    private readonly PeerLedgerState _ledger;
    private readonly NamespaceWalk _walk;
    private readonly ITimer _sweep;
    private readonly ITimer _ledgerSweep;

    // One clock for all namespaces: one that was freed and comes back does not start below the cookies it gave out.
    private ulong _lastRevision;

    /// <summary>Makes an empty registry.</summary>
    /// <param name="time">The clock; the system's when null.</param>
    /// <param name="limits">How many registrations there may be; the defaults when null.</param>
    public InMemoryRegistry(TimeProvider? time = null, RegistrationLimits? limits = null)
    {
        _time = time ?? TimeProvider.System;
        _limits = limits ?? new RegistrationLimits();
        _ledger = new PeerLedgerState(_limits.PartOf(1), knownSince: DateTimeOffset.MinValue);
        _walk = new NamespaceWalk(this, DiscoverAsync, _time);
        _sweep = _time.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
        _ledgerSweep = _time.CreateTimer(_ => SweepLedger(), null, PeerLedgerState.SweepInterval, PeerLedgerState.SweepInterval);
    }

    /// <summary>How many namespaces have state.</summary>
    internal int NamespaceCount
    {
        get
        {
            lock (_lock)
            {
                return _namespaces.Count;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<RegisterReply> RegisterAsync(RegisterCommand command, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            LedgerReserve asked = LedgerReserve.For(command);
            Reservation reservation = _ledger.Reserve(asked, now);
            bool known = _namespaces.TryGetValue(command.Namespace, out NamespaceState? state);
            state ??= new NamespaceState(command.Namespace) { MaxRegistrations = _limits.MaxRegistrationsPerNamespace };
            state.SweepIfFull(now);
            Decision<RegisterReply> decision = state.Decide(
                command with { Admission = RegistrationBooking.AdmissionFor(reservation) }, now, _lastRevision);
            if (decision.Event is not null)
            {
                Apply(state, decision.Event);
                if (!known)
                {
                    _namespaces.Add(command.Namespace, state);
                    _byKey.Add(NamespaceKey.Of(command.Namespace), command.Namespace);
                }
            }

            Tell(RegistrationBooking.FollowUp(asked, reservation, decision.Reply, now));
            return ValueTask.FromResult(RegistrationBooking.Explain(decision.Reply, reservation));
        }
    }

    /// <inheritdoc/>
    public ValueTask<UnregisterReply> UnregisterAsync(UnregisterCommand command, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            var reply = new UnregisterReply(now > command.Deadline ? RendezvousStatus.Unavailable : RendezvousStatus.Ok);
            foreach (RendezvousNamespace name in command.Namespace is null ? NamespacesOf(command.Peer, now) : [command.Namespace])
            {
                if (!_namespaces.TryGetValue(name, out NamespaceState? state))
                {
                    continue;
                }

                Decision<UnregisterReply> decision = state.Decide(command, now, _lastRevision);
                if (decision.Event is not null)
                {
                    Apply(state, decision.Event);
                }

                if (decision.Reply.Status == RendezvousStatus.Ok)
                {
                    Tell(LedgerRelease.For(command.Peer, name, command.Deadline));
                }
                else
                {
                    reply = decision.Reply;
                }
            }

            return ValueTask.FromResult(reply);
        }
    }

    /// <inheritdoc/>
    public ValueTask<DiscoverReply> DiscoverAsync(DiscoverQuery query, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            if (now > query.Deadline)
            {
                return ValueTask.FromResult(RegistryReplies.Discover(RendezvousStatus.Unavailable, StatusTexts.DeadlinePassed));
            }

            if (Revision.IsFromTheFuture(query.AfterRevision, _lastRevision, now))
            {
                return ValueTask.FromResult(RegistryReplies.Discover(RendezvousStatus.InvalidCookie, StatusTexts.CookieFromTheFuture));
            }

            return ValueTask.FromResult(_namespaces.TryGetValue(query.Namespace, out NamespaceState? state)
                ? state.ReadPage(query, now)
                : new ReplyPage(query, query.Namespace, now)
                    .ToReply(query.Flavours.Choose(RegistrationFlavours.None), isComplete: true));
        }
    }

    /// <inheritdoc/>
    public ValueTask<DiscoverAllReply> DiscoverAllAsync(DiscoverAllQuery query, CancellationToken cancellationToken) =>
        _walk.ReadAsync(query, cancellationToken);

    /// <inheritdoc/>
    ValueTask<NamespaceListing?> INamespaceDirectory.ListAsync(
        NamespaceKey from, DateTimeOffset activeSince, int limit, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var listed = new List<RendezvousNamespace>();
            int at = FirstAtOrAfter(from);
            for (; at < _byKey.Count && listed.Count < limit; at++)
            {
                listed.Add(_byKey.GetValueAtIndex(at));
            }

            return ValueTask.FromResult<NamespaceListing?>(
                new NamespaceListing(listed, at < _byKey.Count ? _byKey.GetKeyAtIndex(at) : null));
        }
    }

    /// <summary>Stops the sweeps.</summary>
    public void Dispose()
    {
        _sweep.Dispose();
        _ledgerSweep.Dispose();
    }

    private List<RendezvousNamespace> NamespacesOf(PeerId peer, DateTimeOffset now)
    {
        var all = new List<RendezvousNamespace>();
        int next = 0;
        do
        {
            LedgerListing page = _ledger.List(new LedgerQuery(PeerDigest.Of(peer), next), now);
            all.AddRange(page.Namespaces);
            next = page.Next;
        }
        while (next != 0);
        return all;
    }

    private void Tell(LedgerMessage? message)
    {
        switch (message)
        {
            case LedgerNote note:
                _ledger.Note(note);
                break;
            case LedgerRelease release:
                _ledger.Release(release);
                break;
        }
    }

    private void Apply(NamespaceState state, NamespaceEvent @event)
    {
        state.Apply(@event);
        _lastRevision = Math.Max(_lastRevision, state.LastRevision);
    }

    private int FirstAtOrAfter(NamespaceKey key)
    {
        int low = 0;
        int high = _byKey.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_byKey.GetKeyAtIndex(middle) < key)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void SweepLedger()
    {
        lock (_lock)
        {
            _ledger.SweepSome(_time.GetUtcNow());
        }
    }

    private void Sweep()
    {
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            foreach ((RendezvousNamespace name, NamespaceState state) in _namespaces)
            {
                state.Sweep(now);
                if (state.IsEmpty)
                {
                    _namespaces.Remove(name);
                    _byKey.Remove(NamespaceKey.Of(name));
                }
            }
        }
    }
}
