using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Quotas;

/// <summary>
/// One part of the ledger: a shell around <see cref="PeerLedgerState"/>, which says what the ledger is and is not. It keeps nothing on
/// disk, so it answers at once, and forgets everything when it stops or moves to another node, or when its process takes over the time of
/// its cluster, by which what it knows would be wrong. It stays in memory while its node owns it. That its node still owns it is proved
/// before it says where a peer has registrations (<see cref="Membership.MembershipProof"/>); places are given without that.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor ends in PostStop, which disposes of the timer.")]
internal sealed class PeerLedgerEntity : UntypedActor
{
    private readonly RegistrationLimits _limits;
    private readonly RegistryClock _clock;
    private readonly Func<Task<bool>> _prove;
    private readonly ITimer _sweep;
    private TimeScale _scale;
    private PeerLedgerState _state;

    public PeerLedgerEntity(RegistrationLimits limits, RegistryClock clock, Func<Task<bool>> prove)
    {
        (_limits, _clock, _prove) = (limits, clock, prove);
        _scale = clock.Scale;
        _state = NewState();
        IActorRef self = Self;
        _sweep = clock.Time.CreateTimer(
            _ => self.Tell(SweepDue.Instance), null, PeerLedgerState.SweepInterval, PeerLedgerState.SweepInterval);
    }

    /// <summary>How to make one.</summary>
    /// <param name="limits">What it bounds.</param>
    /// <param name="clock">The time that counts.</param>
    /// <param name="prove">Whether this node still owns its parts.</param>
    internal static Props Props(RegistrationLimits limits, RegistryClock clock, Func<Task<bool>> prove) =>
        EntityProducer<PeerLedgerEntity>.Props(() => new PeerLedgerEntity(limits, clock, prove));

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        TimeScale scale = _clock.Scale;
        if (scale.IsApartFrom(_scale))
        {
            _scale = scale;
            _state = NewState();
        }

        DateTimeOffset now = _clock.NowIn(_scale);
        switch (message)
        {
            case LedgerReserve asked:
                Sender.Tell(new LedgerReply(_state.Reserve(asked, now)));
                break;
            case LedgerNote note:
                _state.Note(note);
                break;
            case LedgerRelease release:
                _state.Release(release);
                break;
            case LedgerQuery query:
                ListProved(_state.List(query, now));
                break;
            case SweepDue:
                _state.SweepSome(now);
                break;
            case StopEntity:
                Context.Stop(Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _sweep.Dispose();
        base.PostStop();
    }

    // An UNREGISTER of all goes by what is listed. A part whose node was replaced does not know what was registered since.
    private void ListProved(LedgerListing listing) => _prove().PipeTo(
        Sender,
        success: isProved => isProved ? listing : RetryLater.Instance,
        failure: _ => RetryLater.Instance);

    private PeerLedgerState NewState() => new(_limits.PartOf(LedgerParts.Count), _clock.NowIn(_scale));

    private sealed class SweepDue : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        internal static readonly SweepDue Instance = new();
    }
}
