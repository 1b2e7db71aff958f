using Akka.Actor;
using Akka.Configuration;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using AkkaCluster = Akka.Cluster.Cluster;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>Nodes that keep their data in different places must never be one cluster, regardless of their settings.</summary>
public sealed class OneStoreTests(TestPostgres server) : IClassFixture<TestPostgres>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rendezvous-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_node_on_files_takes_no_second_member()
    {
        await using ClusterNode first = await ClusterNode.StartAsync(OnFiles("first"));

        RegistryStartException refused =
            await Assert.ThrowsAsync<RegistryStartException>(() => ClusterNode.StartAsync(OnFiles("second"), first));

        Assert.Equal(
            $"This node cannot join akka.trttl.ssl.tcp://rendezvous@{first.Address}: a node with --storage sqlite or memory is its own "
            + "cluster and takes no second "
            + "member; several nodes share a database: --storage postgres or mysql.",
            refused.Message);
        Assert.Equal(RendezvousStatus.Ok, await first.RegisterAsync("chat", 1));
        Assert.Null(first.Fate.Lost);
    }

    [Fact]
    public async Task A_node_on_another_database_is_turned_away()
    {
        string one = await server.CreateDatabaseAsync(), other = await server.CreateDatabaseAsync();
        await using ClusterNode first = await ClusterNode.StartAsync(On(one));

        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => ClusterNode.StartAsync(On(other), first));

        Assert.Contains("in another database than this node", refused.Message, StringComparison.Ordinal);
        await using ClusterNode right = await ClusterNode.StartAsync(On(one), first);
        Assert.Equal(RendezvousStatus.Ok, await right.RegisterAsync("chat", 1));
        Assert.Equal(1, await first.CountAsync("chat"));
    }

    /// <summary>
    /// It takes ten seconds, and none of them can be had for less: three are the grace that the joining node has, and once it is downed and
    /// gone, the failure detector has to find that out before it is a member no more.
    /// </summary>
    [Fact]
    public async Task A_node_that_does_not_look_itself_is_downed()
    {
        await using ClusterNode first = await ClusterNode.StartAsync(options =>
        {
            OnFiles("first")(options);
            options.Cluster.Certificates = null; // the stranger is one of the toolkit's own, and has none
        });
        using ActorSystem stranger = ActorSystem.Create(RegistrySystem.Name, ConfigurationFactory.ParseString(
            """
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            akka.actor.provider = cluster
            akka.cluster.roles = ["registry", "store-of-its-own"]
            akka.remote.dot-netty.tcp.hostname = "127.0.0.1"
            akka.remote.dot-netty.tcp.port = 0
            akka.remote.dot-netty.tcp.applied-adapters = ["trttl"]
            """));
        AkkaCluster cluster = AkkaCluster.Get(stranger);

        cluster.Join(cluster.SelfAddress.WithHost(first.Address.Host).WithPort(first.Address.Port));

        await stranger.WhenTerminated.Within();
        await Eventually.EqualAsync(1, () => first.Members);
        Assert.Equal(RendezvousStatus.Ok, await first.RegisterAsync("chat", 1));
    }

    private static Action<RegistryOptions> On(string database) => options =>
    {
        options.Storage = RegistryStorage.Postgres;
        options.ConnectionString = database;
    };

    private Action<RegistryOptions> OnFiles(string folder) => options => options.DataDirectory = Path.Combine(_folder, folder);
}
