using Akka.Actor;
using Akka.Cluster.Sharding;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Entities;

/// <summary>
/// Stands in a shard for an entity that cannot be recovered because the store is away. It answers from what was kept of the entity
/// (<see cref="KeptStates"/>), or refuses, at once; and makes room for the entity with the first message after the store is back.
/// </summary>
/// <remarks>
/// While it is not known yet whether the store is away, what comes waits: that takes as long as one look at the store. If it turns out that
/// the store is well, nothing that was kept may be shown.
/// </remarks>
internal sealed class StaleReadEntity : UntypedActor
{
    /// <summary>Messages that wait for the first look; those beyond get the answer to come back.</summary>
    internal const int MaxWaiting = 4096;

    /// <summary>Anyone can ask for a million namespaces; what was kept stays where it is.</summary>
    internal static readonly TimeSpan IdleTimeout = JournalEntitySettings.UnfencedLifetime;

    private readonly StoreSuspicion _suspicion;
    private readonly Func<object, object>? _kept;
    private readonly Queue<(IActorRef Sender, object Message)> _waiting = new();

    public StaleReadEntity(string entityId, StoreSuspicion suspicion, KeptStates kept)
    {
        _suspicion = suspicion;
        _kept = kept.Find(entityId, Context.Parent);
    }

    internal static Props Props(string entityId, StoreSuspicion suspicion, KeptStates kept) =>
        EntityProducer<StaleReadEntity>.Props(() => new StaleReadEntity(entityId, suspicion, kept));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Context.SetReceiveTimeout(IdleTimeout);
        _suspicion.IsOutage.PipeTo(Self, success: _ => FirstLook.Instance);
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case FirstLook:
                while (_waiting.TryDequeue(out (IActorRef Sender, object Message) waiting))
                {
                    waiting.Sender.Tell(AnswerTo(waiting.Message));
                }

                break;
            case ReceiveTimeout:
                Passivate();
                break;
            case StopEntity:
                Context.Stop(Self);
                break;
            case Reclaim:
                break; // the janitor comes again
            case VerifyJournal verify:
                OnVerify(verify);
                break;
            default:
                OnQuestion(message);
                break;
        }
    }

    // The shard keeps it for the owner that it starts in this place, and that inherits what was kept.
    private void OnVerify(VerifyJournal verify)
    {
        if (_suspicion.End.IsCompleted && verify.EntityId is not null)
        {
            Passivate();
            Context.Parent.Tell(verify);
        }
    }

    private static void Passivate() => Context.Parent.Tell(new Passivate(StopEntity.Instance));

    private void OnQuestion(object message)
    {
        if (_suspicion.IsOutage.IsCompleted || _waiting.Count >= MaxWaiting)
        {
            Sender.Tell(AnswerTo(message));
            if (_suspicion.End.IsCompleted)
            {
                Passivate();
            }
        }
        else
        {
            _waiting.Enqueue((Sender, message));
        }
    }

    private object AnswerTo(object message)
    {
        if (_suspicion.End.IsCompleted || !_suspicion.IsConfirmed)
        {
            return RetryLater.Instance;
        }

        return _kept is not null ? _kept(message)
            : message is NamespaceCommand { Message: INamespaceRequest request } ? request.Refuse(RefusalReason.JournalAway)
            : RetryLater.Instance;
    }

    private sealed class FirstLook : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        internal static readonly FirstLook Instance = new();
    }
}
