using Akka;
using Akka.Actor;
using Akka.Persistence;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Journal;

/// <summary>A namespace of a hundred thousand registrations makes a snapshot of 27 MB; every store must give it back as it was.</summary>
public abstract class BigRowTests : TestsOnAStore
{
    private const int SnapshotBytes = 28 * 1024 * 1024;
    private const int EventBytes = 1024 * 1024;

    [Fact]
    public async Task A_large_snapshot_and_large_events_come_back_as_they_were()
    {
        Random random = SeededRandom.Create(out _);
        byte[] snapshot = new byte[SnapshotBytes];
        random.NextBytes(snapshot);
        byte[] @event = new byte[EventBytes];
        random.NextBytes(@event);
        IActorRef writer = System.Kit.Sys.ActorOf(Props.Create(() => new Keeper()));
        object saved = await writer.Ask<object>(new Keeper.Snapshot(snapshot), TestTimeouts.Default);
        Assert.True(saved is SaveSnapshotSuccess, $"{(saved as SaveSnapshotFailure)?.Cause}");
        for (int events = 0; events < 3; events++)
        {
            await writer.Ask<Done>(new Keeper.Event(@event), TestTimeouts.Default);
        }

        IActorRef reader = System.Kit.Sys.ActorOf(Props.Create(() => new Keeper()));

        IReadOnlyList<byte[]> recovered = await reader.Ask<IReadOnlyList<byte[]>>(Done.Instance, TestTimeouts.Default);
        Assert.Equal(4, recovered.Count);
        Assert.True(snapshot.AsSpan().SequenceEqual(recovered[0]));
        Assert.All(recovered.Skip(1), bytes => Assert.True(@event.AsSpan().SequenceEqual(bytes)));
    }

    private sealed class Keeper : UntypedPersistentActor
    {
        private readonly List<byte[]> _recovered = [];
        private IActorRef _waiting = ActorRefs.Nobody;

        public override string PersistenceId => "big";

        protected override void OnRecover(object message)
        {
            switch (message)
            {
                case SnapshotOffer { Snapshot: NamespaceSnapshot snapshot }:
                    _recovered.Add(Assert.Single(snapshot.Registrations).Envelope.ToArray());
                    break;
                case Registered registered:
                    _recovered.Add(registered.Registration.Envelope);
                    break;
            }
        }

        protected override void OnCommand(object message)
        {
            switch (message)
            {
                case Snapshot save:
                    _waiting = Sender;
                    SaveSnapshot(SnapshotOf(save.Bytes));
                    break;
                case SaveSnapshotSuccess or SaveSnapshotFailure:
                    _waiting.Tell(message);
                    break;
                case Event write:
                    IActorRef sender = Sender;
                    Persist(EventOf(write.Bytes), _ => sender.Tell(Done.Instance));
                    break;
                case Done:
                    Sender.Tell(_recovered);
                    break;
            }
        }

        // Stores keep what is the registry's own and nothing else, so the bytes stand where a record does.
        private static NamespaceSnapshot SnapshotOf(byte[] bytes) => new(
            RendezvousNamespace.Parse("big"),
            Sequence: 0,
            LastRevision: 1,
            [new StoredRegistration(TestPeers.Id(1), bytes, RegistrationFlavour.Standard, 1, 1, 1, 1)],
            [],
            PreviousSnapshot: 0,
            DeletedTo: 0);

        private static Registered EventOf(byte[] bytes) =>
            new(new StoredRegistration(TestPeers.Id(1), bytes, RegistrationFlavour.Standard, 1, 1, 7_200_001, 1, 7200));

        internal sealed record Snapshot(byte[] Bytes);

        internal sealed record Event(byte[] Bytes);
    }
}

public sealed class SqliteBigRowTests : BigRowTests
{
    private protected override Task<TestStore> NewStoreAsync() => Task.FromResult(TestStore.Sqlite());
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresBigRowTests(TestPostgres server) : BigRowTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}

[Collection(MariaDbCollection.Name)]
public sealed class MariaDbBigRowTests(TestMariaDb server) : BigRowTests
{
    private protected override Task<TestStore> NewStoreAsync() => TestStore.OnAsync(server);
}
