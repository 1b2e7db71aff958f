using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Quotas;

/// <summary>
/// One part of the ledger: a shell around <see cref="PeerLedgerState"/>, which says what the ledger is and is not. It keeps nothing on
/// disk, so it answers at once, and forgets everything when it stops or moves to another node. It stays in memory while its node owns it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor ends in PostStop, which disposes of the timer.")]
internal sealed class PeerLedgerEntity : UntypedActor
{
    private readonly TimeProvider _time;
    private readonly PeerLedgerState _state;
    private readonly ITimer _sweep;

    public PeerLedgerEntity(RegistrationLimits limits, TimeProvider time)
    {
        _time = time;
        _state = new PeerLedgerState(limits.MaxRegistrationsPerPeer, limits.MaxPerPart, time.GetUtcNow());
        IActorRef self = Self;
        _sweep = time.CreateTimer(_ => self.Tell(SweepDue.Instance), null, PeerLedgerState.SweepInterval, PeerLedgerState.SweepInterval);
    }

    internal static Props Props(RegistrationLimits limits, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new PeerLedgerEntity(limits, time));

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        DateTimeOffset now = _time.GetUtcNow();
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
                Sender.Tell(_state.List(query, now));
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

    private sealed class SweepDue : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        internal static readonly SweepDue Instance = new();
    }
}
