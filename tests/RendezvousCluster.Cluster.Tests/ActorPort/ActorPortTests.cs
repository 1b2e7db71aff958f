using Akka.Actor;
using Akka.Configuration;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.ActorPort;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Cluster.Tests.ActorPort;

/// <summary>What somebody who gets as far as speaking to a node's actor system can do there: nothing but send what nodes send.</summary>
public sealed class ActorPortTests : IAsyncLifetime
{
    private const string Region = "system/sharding/namespace";
    private const string ClusterDaemon = "system/cluster/core/daemon";

    private ClusterNode? _node;

    private ClusterNode Node => _node!;

    public Task InitializeAsync() => StartAsync(isInsecure: false);

    public async Task DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Every_serializer_that_no_node_uses_is_refused_under_every_manifest()
    {
        string[] manifests =
            ["", "A", "AA", "PP", "K", "System.Object", Bait.TypeName, "Akka.Cluster.ClusterUserAction+Down, Akka.Cluster"];
        string[] paths = ["", "user", "user/store-watch", "remote", Region, ClusterDaemon];
        int sent = 0;
        await using (RawLink link = await OpenAsync())
        {
            for (int serializer = -100; serializer <= 100; serializer++)
            {
                foreach (string manifest in manifests)
                {
                    foreach (string path in paths)
                    {
                        await link.SendAsync(path, serializer, manifest, Bait.Json);
                        await link.SelectAsync(path, serializer, manifest, Bait.Json);
                        sent += 2;
                    }
                }
            }

            await Eventually.EqualAsync((long)sent, () => Node.Refused.Total);
        }

        await ServesAsBeforeAsync();
    }

    [Theory]
    [InlineData(16, "PP", Region)]
    [InlineData(16, "K", Region)]
    [InlineData(16, "PP", "user")]
    [InlineData(16, "ID", Region)]
    [InlineData(16, "STF", Region)]
    [InlineData(16, "CF", "user")]
    [InlineData(3, "", "remote")]
    [InlineData(22, "Akka.Dispatch.SysMsg.Terminate, Akka", Region)]
    [InlineData(22, "Akka.Dispatch.SysMsg.Suspend, Akka", Region)]
    [InlineData(22, "Akka.Dispatch.SysMsg.Recreate, Akka", Region)]
    [InlineData(22, "Akka.Dispatch.SysMsg.DeathWatchNotification, Akka", "user")]
    [InlineData(22, "Akka.Dispatch.SysMsg.DeathWatchNotification, Akka", Region)]
    [InlineData(5, "Akka.Cluster.ClusterUserAction+Down, Akka.Cluster", ClusterDaemon)]
    [InlineData(5, "Akka.Cluster.ClusterUserAction+Leave, Akka.Cluster", ClusterDaemon)]
    [InlineData(7301, "er", Region)]
    [InlineData(7301, "cu", "user/store-watch")]
    public async Task Messages_that_stop_actors_and_nodes_are_refused_also_when_they_select_them(
        int serializer, string manifest, string path)
    {
        await using (RawLink link = await OpenAsync())
        {
            await link.SendAsync(path, serializer, manifest, []);
            await link.SelectAsync(path, serializer, manifest, []);

            await Eventually.EqualAsync(2L, () => Node.Refused.Total);
        }

        await ServesAsBeforeAsync();
    }

    [Fact]
    public async Task A_message_that_is_broken_inside_costs_itself_only()
    {
        await using (RawLink link = await OpenAsync())
        {
            byte[] broken = [0xFF, 0xFF, 0xFF];
            await link.SendAsync(ClusterDaemon, 5, "Akka.Cluster.GossipEnvelope, Akka.Cluster", broken);
            await link.SendAsync(Region, 7301, "cr", broken);
            await link.SendAsync(broken);

            await Eventually.EqualAsync(3L, () => Node.Refused.Total); // they all came over the one connection
        }

        await ServesAsBeforeAsync();
    }

    /// <summary>Another process at the address of a dead member would else tell this node where the shards live.</summary>
    [Fact]
    public async Task A_node_that_is_not_a_member_reaches_nobody_with_words_that_only_members_say()
    {
        ReadableMessage[] messages =
            [.. ReadableMessages.All.Where(message => message is { IsAmongMembers: true, Recipients.Length: > 0 })];
        await using (RawLink link = await OpenAsync())
        {
            foreach (ReadableMessage message in messages)
            {
                string path = message.Recipients[0].Replace('*', 'a');
                await link.SendAsync(path, message.SerializerId, message.Manifest, []);
                await link.SelectAsync(path, message.SerializerId, message.Manifest, []);
            }

            await Eventually.EqualAsync(2L * messages.Length, () => Node.Outsiders.Total);
        }

        Assert.True(messages.Length > 20);
        Assert.Equal(0, Node.Refused.Total); // none was read
        await ServesAsBeforeAsync();
    }

    [Fact]
    public async Task Another_actor_system_makes_nothing_stops_nothing_and_deploys_nothing()
    {
        await DisposeAsync();
        await StartAsync(isInsecure: true); // it speaks the toolkit's own transport
        using ActorSystem attacker = ActorSystem.Create("attacker", ConfigurationFactory.ParseString($$"""
            akka.actor.provider = remote
            akka.actor.serializers.bait = "{{typeof(BaitSerializer).FullName}}, {{typeof(BaitSerializer).Assembly.GetName().Name}}"
            akka.actor.serialization-bindings."{{Bait.TypeName}}" = bait
            akka.remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0, applied-adapters = ["trttl"] }
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            """));
        int made = Bait.Made;
        var address = Akka.Actor.Address.Parse($"{Node.Protocol}://rendezvous@{Node.Address}");
        object[] messages = [new Bait(), PoisonPill.Instance, Kill.Instance, new Identify(1), "text", 1];
        string[] paths = ["user", Region, ClusterDaemon, "system/sharding"];
        foreach (string path in paths)
        {
            ActorSelection selected = attacker.ActorSelection(new RootActorPath(address) / path.Split('/'));
            IActorRef direct = ((ExtendedActorSystem)attacker).Provider.ResolveActorRef(new RootActorPath(address) / path.Split('/'));
            Array.ForEach(messages, message => selected.Tell(message));
            Array.ForEach(messages, message => direct.Tell(message));
        }

        attacker.ActorOf(Props.Create<BaitActor>().WithDeploy(Deploy.None.WithScope(new RemoteScope(address))), "deployed");

        await Eventually.EqualAsync(true, () => Node.Refused.Total > messages.Length * paths.Length * 2);
        Assert.Equal(made + 1, Bait.Made); // the attacker's own
        await ServesAsBeforeAsync();
        await attacker.Terminate().Within();
    }

    private async Task StartAsync(bool isInsecure)
    {
        _node = await ClusterNode.StartAsync(options =>
        {
            options.Storage = RegistryStorage.Memory;
            options.Cluster.Certificates = isInsecure ? null : options.Cluster.Certificates;
        });
        _node.IsAttacked = true;
        Assert.Equal(RendezvousStatus.Ok, await _node.RegisterAsync("chat", 1));
    }

    private Task<RawLink> OpenAsync() => RawLink.OpenAsync(Node.Address, Node.Protocol);

    /// <summary>The node is what it was: alone, alive, ready, and with what was registered.</summary>
    private async Task ServesAsBeforeAsync()
    {
        Assert.Equal(1, Node.Members);
        Assert.Null(Node.Fate.Lost);
        Assert.True(Node.Readiness.IsReady);
        Assert.Equal(1, await Node.CountAsync("chat"));
        Assert.Equal(RendezvousStatus.Ok, await Node.RegisterAsync("chat", 2));
        Assert.Equal(2, await Node.CountAsync("chat"));
    }
}
