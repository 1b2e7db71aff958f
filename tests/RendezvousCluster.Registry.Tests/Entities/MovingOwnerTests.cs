using Akka.Actor;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>
/// A namespace whose owner is now at one node and now at another, as after every join and leave. The journal tells by its rows who wrote
/// them.
/// </summary>
[Collection(PostgresCollection.Name)]
public sealed class MovingOwnerTests(TestPostgres server)
{
    [Fact]
    public async Task Registrations_at_each_node_are_kept_when_a_namespace_goes_to_another_and_comes_back()
    {
        using TestStore store = await TestStore.OnAsync(server);
        using StoreTestKit one = await StoreTestKit.StartAsync(store);
        using StoreTestKit other = await StoreTestKit.StartAsync(store);

        await RegisterAtAsync(one, 1);
        await RegisterAtAsync(other, 2);
        await RegisterAtAsync(one, 3);
        await RegisterAtAsync(other, 4);

        Assert.Equal(
            [TestPeers.Envelope(1), TestPeers.Envelope(2), TestPeers.Envelope(3), TestPeers.Envelope(4)],
            await Start(one).EnvelopesAsync());
    }

    private static async Task RegisterAtAsync(StoreTestKit node, int peer)
    {
        IActorRef owner = Start(node);
        node.Kit.Watch(owner);
        await owner.RegisterOkAsync(peer);
        node.Kit.Sys.Stop(owner);
        await node.Kit.ExpectTerminatedAsync(owner, TestTimeouts.Default);
    }

    private static IActorRef Start(StoreTestKit node) => node.Kit.CreateTestProbe().ChildActorOf(EntityCalls.ChatProps());
}
