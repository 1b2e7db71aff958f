using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence.Sql.Config;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Dialects;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>Two owners of one namespace on one SQLite journal, as after a partition: the older one must never acknowledge.</summary>
public sealed class TwoOwnersTests : TestKit
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private readonly TemporaryDirectory _directory;
    private readonly SqliteDatabase _journal;

    public TwoOwnersTests()
        : this(new TemporaryDirectory())
    {
    }

    private TwoOwnersTests(TemporaryDirectory directory)
        : this(directory, Prepared(directory, "journal.db"), Prepared(directory, "snapshots.db"))
    {
    }

    private TwoOwnersTests(TemporaryDirectory directory, SqliteDatabase journal, SqliteDatabase snapshots)
        : base(Setup(journal, snapshots))
    {
        _directory = directory;
        _journal = journal;
    }

    [Fact]
    public async Task The_older_owner_is_not_acknowledged_once_the_newer_has_recovered()
    {
        IActorRef older = Start();
        await RegisterOkAsync(older, 1);
        IActorRef newer = Start();
        Assert.Single((await DiscoverAsync(newer)).Registrations);
        Watch(older);

        object stale = await older.Ask<object>(Register(2), TestTimeouts.Default);

        Assert.Same(RetryLater.Instance, stale);
        await ExpectTerminatedAsync(older, TestTimeouts.Default);
        await RegisterOkAsync(newer, 3);
        Assert.Equal(
            [TestPeers.Envelope(1), TestPeers.Envelope(3)],
            (await DiscoverAsync(Start())).Registrations.Select(registration => registration.Envelope.ToArray()));
    }

    [Fact]
    public async Task Of_two_first_writers_only_one_is_acknowledged()
    {
        IActorRef one = Start();
        IActorRef other = Start();
        Assert.Empty((await DiscoverAsync(one)).Registrations);
        Assert.Empty((await DiscoverAsync(other)).Registrations);

        object[] answers = await Task.WhenAll(
            one.Ask<object>(Register(1), TestTimeouts.Default),
            other.Ask<object>(Register(2), TestTimeouts.Default)).Within();

        Assert.Single(answers.OfType<RegisterReply>());
        Assert.Single(answers.OfType<RetryLater>());
        Assert.Single((await DiscoverAsync(Start())).Registrations);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _journal.Close();
        _directory.Dispose();
    }

    private static SqliteDatabase Prepared(TemporaryDirectory directory, string file)
    {
        var database = new SqliteDatabase(Path.Combine(directory.Path, file));
        database.Prepare();
        return database;
    }

    private static ActorSystemSetup Setup(SqliteDatabase journal, SqliteDatabase snapshots)
    {
        var options = new MultiDataOptionsSetup();
        options.AddDataOptions("akka.persistence.journal.sql", journal.ToDataOptions());
        options.AddDataOptions("akka.persistence.snapshot-store.sql", snapshots.ToDataOptions());
        Config config = ConfigurationFactory
            .ParseString("akka.actor.provider = local\nakka.loggers = [\"Akka.Event.DefaultLogger\"]\nakka.loglevel = OFF")
            .WithFallback(RegistryConfiguration.ForSqlite(journal, snapshots));
        return ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config), options);
    }

    private static NamespaceCommand Register(int peer) => NamespaceCommand.For(new RegisterCommand(
        Chat, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, 7200, DateTimeOffset.MaxValue));

    private static async Task RegisterOkAsync(IActorRef entity, int peer) =>
        Assert.Equal(RendezvousStatus.Ok, (await entity.Ask<RegisterReply>(Register(peer), TestTimeouts.Default)).Status);

    private static Task<DiscoverReply> DiscoverAsync(IActorRef entity) =>
        entity.Ask<DiscoverReply>(NamespaceCommand.For(new DiscoverQuery(Chat, 0, 1000, 1024 * 1024, DateTimeOffset.MaxValue)), TestTimeouts.Default);

    private IActorRef Start() => CreateTestProbe().ChildActorOf(NamespaceEntity.Props(
        EntityIds.For(Chat), new NamespaceEntitySettings(TimeProvider.System, TimeSpan.FromMinutes(10), TestDirectory.ListAsync, NullLogger.Instance)));
}
