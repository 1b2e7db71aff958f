using Akka.Actor;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Dialects;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>A namespace whose owner is now at one node and now at another, as after every join and leave. The journal tells by its rows who wrote them.</summary>
[Collection(PostgresCollection.Name)]
public sealed class MovingOwnerTests(TestPostgres server)
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    [Fact]
    public async Task What_was_registered_at_each_is_kept_when_a_namespace_goes_to_another_node_and_comes_back()
    {
        using TestStore store = await TestStore.OnAsync(server);
        using StoreTestKit one = await StoreTestKit.StartAsync(store);
        using StoreTestKit other = await StoreTestKit.StartAsync(store);

        await RegisterAtAsync(one, 1);
        await RegisterAtAsync(other, 2);
        await RegisterAtAsync(one, 3);
        await RegisterAtAsync(other, 4);

        DiscoverReply reply = await Start(one).Ask<DiscoverReply>(
            NamespaceCommand.For(new DiscoverQuery(Chat, 0, 1000, 1024 * 1024, DateTimeOffset.MaxValue)), TestTimeouts.Default);
        Assert.Equal([TestPeers.Envelope(1), TestPeers.Envelope(2), TestPeers.Envelope(3), TestPeers.Envelope(4)], reply.Registrations.Select(registration => registration.Envelope.ToArray()));
    }

    private static async Task RegisterAtAsync(StoreTestKit node, int peer)
    {
        IActorRef owner = Start(node);
        node.Kit.Watch(owner);
        RegisterReply reply = await owner.Ask<RegisterReply>(
            NamespaceCommand.For(new RegisterCommand(
                Chat, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, 7200, DateTimeOffset.MaxValue)),
            TestTimeouts.Default);
        Assert.Equal(RendezvousStatus.Ok, reply.Status);
        node.Kit.Sys.Stop(owner);
        await node.Kit.ExpectTerminatedAsync(owner, TestTimeouts.Default);
    }

    private static IActorRef Start(StoreTestKit node) => node.Kit.CreateTestProbe().ChildActorOf(NamespaceEntity.Props(
        EntityIds.For(Chat),
        new NamespaceEntitySettings(TimeProvider.System, TimeSpan.FromMinutes(10), TestDirectory.ListAsync, NullLogger.Instance)
        {
            Metrics = TestMetrics.Entities,
            Health = TestHealth.Well,
        }));
}
