using System.Text.RegularExpressions;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Hosting;

/// <summary>
/// The database server dies under a node and comes back: how the node answers peers meanwhile, and how soon it serves fully again.
/// </summary>
/// <remarks>The server is the test's own, because it is killed.</remarks>
public abstract class DatabaseOutageTests(TestDatabaseServer server)
{
    private protected static readonly RendezvousNamespace Awake = RendezvousNamespace.Parse("awake");
    private static readonly RendezvousNamespace Asleep = RendezvousNamespace.Parse("asleep");

    /// <summary>More failures than open the breaker of the journal.</summary>
    private const int Attempts = 15;

    /// <summary>
    /// On an idle machine it takes one to two seconds: the pause of the breaker, which RegistryConfigurationTests reads back.
    /// </summary>
    private protected static readonly TimeSpan RecoveryTimeout = TestTimeouts.Default;

    [Fact]
    public async Task Writes_are_refused_and_awake_namespaces_are_read_until_the_database_is_back()
    {
        using TestStore store = await TestStore.OnAsync(server);
        await using RegistryNode node = await RegistryNode.StartAsync(TimeProvider.System, store.Configure);
        Assert.Equal(RendezvousStatus.Ok, await RegisterAsync(node, Awake, 1));

        await server.KillAsync();
        RendezvousStatus[] refused = await Task.WhenAll(
            Enumerable.Range(0, Attempts).Select(index => RegisterAsync(node, RendezvousNamespace.Parse($"new-{index}"), 1))).Within();

        Assert.All(refused, status => Assert.Equal(RendezvousStatus.Unavailable, status));
        Assert.Equal((RendezvousStatus.Ok, 1), await DiscoverAsync(node, Awake));
        Assert.Equal((RendezvousStatus.Unavailable, 0), await DiscoverAsync(node, Asleep));
        await Eventually.EqualAsync(true, () => node.Readiness.WhyNotReady?.Contains("has not answered since", StringComparison.Ordinal));
        Assert.Matches(
            $"^the .*127.0.0.1:{server.Port} has not answered since 20[0-9TZ:-]+: .*cannot be reached", node.Readiness.WhyNotReady);
        Assert.DoesNotContain(TestDatabaseServer.Password, node.Readiness.WhyNotReady, StringComparison.Ordinal);

        await server.StartAsync();
        await Eventually.EqualAsync(RendezvousStatus.Ok, () => RegisterAsync(node, Awake, 2), RecoveryTimeout);
        Assert.Equal((RendezvousStatus.Ok, 2), await DiscoverAsync(node, Awake));
        Assert.Equal((RendezvousStatus.Ok, 0), await DiscoverAsync(node, Asleep));
        await Eventually.EqualAsync(true, () => node.Readiness.IsReady);
    }

    /// <summary>
    /// The first write that fails costs its namespace's entity its memory. Peers can read the namespace all the same, and do not see the
    /// write, even if it reached the database.
    /// </summary>
    [Fact]
    public async Task The_namespace_whose_write_failed_is_read_on_and_nobody_tries_again_until_the_database_is_back()
    {
        using TestStore store = await TestStore.OnAsync(server);
        await using RegistryNode node = await RegistryNode.StartAsync(TimeProvider.System, store.Configure);
        RendezvousNamespace[] all = [Awake, .. Enumerable.Range(0, Attempts).Select(index => RendezvousNamespace.Parse($"other-{index}"))];
        foreach (RendezvousNamespace @namespace in all)
        {
            Assert.Equal(RendezvousStatus.Ok, await RegisterAsync(node, @namespace, 1));
        }

        Assert.Equal(all.Length, await CountAllAsync(node)); // wakes the whole directory
        await server.KillAsync();
        Assert.Equal(RendezvousStatus.Unavailable, await RegisterAsync(node, Awake, 2));

        Assert.Equal((RendezvousStatus.Ok, 1), await DiscoverAsync(node, Awake));
        Assert.True(node.Health.IsAway);
        foreach (RendezvousNamespace @namespace in all)
        {
            RegisterReply refused = await RegisterForReplyAsync(node, @namespace, 3);
            Assert.Equal((RendezvousStatus.Unavailable, StatusTexts.StoreAway), (refused.Status, refused.StatusText));
            Assert.Equal((RendezvousStatus.Ok, 1), await DiscoverAsync(node, @namespace));
        }

        Assert.Equal(all.Length, await CountAllAsync(node));

        await server.StartAsync();
        foreach (RendezvousNamespace @namespace in all)
        {
            await Eventually.EqualAsync(RendezvousStatus.Ok, () => RegisterAsync(node, @namespace, 3), RecoveryTimeout);
            (RendezvousStatus status, int count) = await DiscoverAsync(node, @namespace);
            Assert.Equal(RendezvousStatus.Ok, status);
            Assert.InRange(count, 2, @namespace.Equals(Awake) ? 3 : 2);
        }

        Assert.False(node.Health.IsAway);
    }

    /// <summary>A server that is there and says nothing, as behind a broken line: nobody has to write in order to find out.</summary>
    [Fact]
    public async Task A_database_that_stands_still_is_noticed_without_a_write_and_nothing_is_forgotten()
    {
        using TestStore store = await TestStore.OnAsync(server);
        await using RegistryNode node = await RegistryNode.StartAsync(TimeProvider.System, store.Configure);
        Assert.Equal(RendezvousStatus.Ok, await RegisterAsync(node, Awake, 1));

        server.Pause();
        try
        {
            await Eventually.EqualAsync(true, () => node.Health.IsAway);
            RegisterReply refused = await RegisterForReplyAsync(node, Awake, 2);
            Assert.Equal((RendezvousStatus.Unavailable, StatusTexts.StoreAway), (refused.Status, refused.StatusText));
            Assert.Equal((RendezvousStatus.Ok, 1), await DiscoverAsync(node, Awake));
            Assert.Matches(
                "has (not answered|taken no writes) since 20[0-9TZ:-]+(: It did not answer within 3 s)?", node.Readiness.WhyNotReady);
        }
        finally
        {
            server.Continue();
        }

        await Eventually.EqualAsync(RendezvousStatus.Ok, () => RegisterAsync(node, Awake, 2), RecoveryTimeout);
        Assert.Equal((RendezvousStatus.Ok, 2), await DiscoverAsync(node, Awake));
    }

    /// <summary>
    /// Many entities ask at the moment when the breakers let a first call through again. The breakers must not forget the second: that
    /// entity would wait half a minute.
    /// </summary>
    [Fact]
    public async Task Every_namespace_that_is_asked_for_all_the_time_wakes_up_once_the_database_is_back()
    {
        using TestStore store = await TestStore.OnAsync(server);
        await using RegistryNode node = await RegistryNode.StartAsync(TimeProvider.System, store.Configure);
        Assert.Equal(RendezvousStatus.Ok, await RegisterAsync(node, Awake, 1));

        await server.KillAsync();
        Task[] asking = [.. Enumerable.Range(0, Attempts).Select(index => Eventually.EqualAsync(
            (RendezvousStatus.Ok, 0), () => DiscoverAsync(node, RendezvousNamespace.Parse($"asked-{index}")), RecoveryTimeout))];
        await Eventually.EqualAsync(false, () => node.Readiness.IsReady);
        await server.StartAsync();

        await Task.WhenAll(asking);
    }

    /// <summary>A write is tried every ten seconds, and an outage is looked at again and again.</summary>
    private protected static readonly TimeSpan NoticeTimeout = TimeSpan.FromMinutes(1);

    private static DateTimeOffset Deadline() => TimeProvider.System.GetUtcNow().AddSeconds(5);

    private static Task<RegisterReply> RegisterForReplyAsync(
        RegistryNode node, RendezvousNamespace @namespace, int peer) => node.Registry.RegisterAsync(
        new RegisterCommand(@namespace, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, 7200, Deadline()),
        CancellationToken.None).Within();

    private protected static async Task<RendezvousStatus> RegisterAsync(RegistryNode node, RendezvousNamespace @namespace, int peer) =>
        (await RegisterForReplyAsync(node, @namespace, peer)).Status;

    private protected static async Task<(RendezvousStatus Status, int Count)> DiscoverAsync(
        RegistryNode node, RendezvousNamespace @namespace)
    {
        DiscoverReply reply = await node.Registry.DiscoverAsync(
            new DiscoverQuery(@namespace, 0, 1000, 1024 * 1024, Deadline()), CancellationToken.None).Within();
        return (reply.Status, reply.Registrations.Count);
    }

    private static async Task<int> CountAllAsync(RegistryNode node)
    {
        int count = 0;
        DiscoverAllReply? reply = null;
        while (reply is not { IsComplete: true })
        {
            reply = await node.Registry.DiscoverAllAsync(
                new DiscoverAllQuery(reply?.Next ?? WalkPosition.Start, 1000, 1024 * 1024, Deadline()), CancellationToken.None).Within();
            Assert.Equal((RendezvousStatus.Ok, string.Empty), (reply.Status, reply.StatusText));
            count += reply.Registrations.Count;
        }

        return count;
    }
}

public sealed class PostgresOutageTests(TestPostgres server) : DatabaseOutageTests(server), IClassFixture<TestPostgres>
{
    /// <summary>The server of the test becomes a standby, as which it is read-only, and is promoted.</summary>
    [Fact]
    public async Task A_server_that_is_read_only_and_one_that_was_promoted_are_named()
    {
        using TestStore store = await TestStore.OnAsync(server);
        await using RegistryNode node = await RegistryNode.StartAsync(TimeProvider.System, store.Configure);
        Assert.Equal(RendezvousStatus.Ok, await RegisterAsync(node, Awake, 1));

        await server.BecomeStandbyAsync();
        await Eventually.EqualAsync(
            "is read-only: it is a standby of another server, or default_transaction_read_only is on",
            () => node.Readiness.WhyNotReady is { } cause ? Regex.Replace(cause, "^.*(?=is read-only)", string.Empty) : null,
            NoticeTimeout);
        await server.PromoteAsync();

        await Eventually.EqualAsync(true, () => node.Readiness.IsReady, NoticeTimeout);
        await Eventually.EqualAsync(true, () => node.Readiness.Remark is not null, NoticeTimeout);
        Assert.Matches(
            "^the PostgreSQL database .* was promoted from a standby, or restored to a point in time "
            + "\\(timeline 1, now 2\\), as seen at 20",
            node.Readiness.Remark);
        await Eventually.EqualAsync(RendezvousStatus.Ok, () => RegisterAsync(node, Awake, 2), RecoveryTimeout);
        Assert.Equal((RendezvousStatus.Ok, 2), await DiscoverAsync(node, Awake));
    }
}

public sealed class MariaDbOutageTests(TestMariaDb server) : DatabaseOutageTests(server), IClassFixture<TestMariaDb>;
