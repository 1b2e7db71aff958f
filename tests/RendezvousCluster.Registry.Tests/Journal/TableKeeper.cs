using Akka;
using Akka.Actor;
using Akka.Persistence;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Journal;

/// <summary>Does with a journal and its snapshots what a test asks for, and says what it recovered.</summary>
internal sealed class TableKeeper : UntypedPersistentActor
{
    private readonly string _id;
    private readonly SnapshotSelectionCriteria _selection;
    private readonly List<string> _recovered = [];
    private IActorRef _asker = ActorRefs.Nobody;

    private TableKeeper(string id, SnapshotSelectionCriteria selection)
    {
        _id = id;
        _selection = selection;
    }

    public override string PersistenceId => _id;

    public override Recovery Recovery => new(_selection);

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: NamespaceSnapshot snapshot } offer:
                _recovered.Add($"snapshot {offer.Metadata.SequenceNr} of {snapshot.LastRevision}");
                break;
            case Registered registered:
                _recovered.Add($"event {LastSequenceNr} of {registered.Registration.Revision}");
                break;
            case RecoveryCompleted:
                _recovered.Add($"end {LastSequenceNr}");
                break;
        }
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case Done:
                Sender.Tell(_recovered);
                break;
            case Write write:
                _asker = Sender;
                long last = LastSequenceNr + write.Events;
                PersistAll(
                    Enumerable.Range(1, write.Events).Select(at => EventOf((ulong)(LastSequenceNr + at))),
                    _ =>
                    {
                        if (LastSequenceNr == last)
                        {
                            _asker.Tell(Done.Instance);
                        }
                    });
                break;
            case Trim trim:
                _asker = Sender;
                DeleteMessages(trim.To);
                break;
            case Save save:
                _asker = Sender;
                SaveSnapshot(new NamespaceSnapshot(RendezvousNamespace.Parse("chat"), LastSequenceNr, save.Revision, [], [], 0, 0));
                break;
            case Drop drop:
                _asker = Sender;
                DeleteSnapshot(drop.Sequence);
                break;
            case DropTo drop:
                _asker = Sender;
                DeleteSnapshots(new SnapshotSelectionCriteria(drop.Sequence));
                break;
            case DeleteMessagesSuccess or SaveSnapshotSuccess or DeleteSnapshotSuccess or DeleteSnapshotsSuccess:
                _asker.Tell(Done.Instance);
                break;
            default:
                _asker.Tell(new Status.Failure(new InvalidOperationException($"{message}")));
                break;
        }
    }

    public static Props Props(string id, SnapshotSelectionCriteria selection) => Akka.Actor.Props.CreateBy(new Maker(id, selection));

    private static Registered EventOf(ulong revision) =>
        new(new StoredRegistration(TestPeers.Id(1), [(byte)revision], RegistrationFlavour.Standard, 1, revision, 7_200_001, 1, 7200));

    /// <summary>Writes events.</summary>
    internal sealed record Write(int Events);

    /// <summary>Deletes events up to a number.</summary>
    internal sealed record Trim(long To);

    /// <summary>Saves a snapshot.</summary>
    internal sealed record Save(ulong Revision);

    /// <summary>Deletes a snapshot.</summary>
    internal sealed record Drop(long Sequence);

    /// <summary>Deletes snapshots up to a number.</summary>
    internal sealed record DropTo(long Sequence);

    private sealed class Maker(string id, SnapshotSelectionCriteria selection) : IIndirectActorProducer
    {
        public Type ActorType => typeof(TableKeeper);

        public ActorBase Produce() => new TableKeeper(id, selection);

        public void Release(ActorBase actor)
        {
        }
    }
}
