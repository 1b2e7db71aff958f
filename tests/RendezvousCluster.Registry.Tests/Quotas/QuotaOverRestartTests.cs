using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Quotas;

/// <summary>
/// A restart keeps the registrations and loses the ledger: it counts too low for a while, but neither lies nor takes away.
/// </summary>
public sealed class QuotaOverRestartTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Unregister_of_all_finds_what_the_ledger_has_forgotten()
    {
        await using (RegistryNode before = await StartAsync())
        {
            for (int room = 0; room < 30; room++)
            {
                await RegisterOkAsync(before, peer: 1, room);
            }

            await RegisterOkAsync(before, peer: 2, room: 3);
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        await using RegistryNode after = await StartAsync();
        await RegisterOkAsync(after, peer: 1, room: 100);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(RendezvousStatus.Ok, await UnregisterAllAsync(after, peer: 1));

        for (int room = 0; room < 30; room++)
        {
            Assert.Equal(room == 3 ? 1 : 0, await CountAsync(after, room));
        }

        Assert.Equal(0, await CountAsync(after, room: 100));
    }

    [Fact]
    public async Task A_registration_from_before_is_refreshed_at_the_quota_and_a_new_one_is_refused()
    {
        await using (RegistryNode before = await StartAsync(perPeer: 3))
        {
            for (int room = 0; room < 3; room++)
            {
                await RegisterOkAsync(before, peer: 1, room);
            }
        }

        await using RegistryNode after = await StartAsync(perPeer: 3);
        for (int room = 10; room < 13; room++)
        {
            await RegisterOkAsync(after, peer: 1, room);
        }

        await RegisterOkAsync(after, peer: 1, room: 0);
        Assert.Equal(RendezvousStatus.NotAuthorized, (await RegisterAsync(after, peer: 1, room: 20)).Status);
        await UnregisterAsync(after, peer: 1, room: 10);
        Assert.Equal(RendezvousStatus.NotAuthorized, (await RegisterAsync(after, peer: 1, room: 20)).Status); // the refreshed one counts
        await UnregisterAsync(after, peer: 1, room: 11);
        await RegisterOkAsync(after, peer: 1, room: 20);
    }

    [Fact]
    public async Task A_thousand_registrations_are_let_in_and_one_more_is_not_and_all_of_them_go_at_once()
    {
        await using RegistryNode node = await StartAsync();
        int quota = new RegistrationLimits().MaxRegistrationsPerPeer;
        Assert.Equal(1_000, quota);
        foreach (int[] rooms in Enumerable.Range(0, quota).Chunk(100))
        {
            await Task.WhenAll(rooms.Select(room => RegisterOkAsync(node, peer: 1, room)));
        }

        Assert.Equal(RendezvousStatus.NotAuthorized, (await RegisterAsync(node, peer: 1, room: quota)).Status);
        await RegisterOkAsync(node, peer: 1, room: 500);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(RendezvousStatus.Ok, await UnregisterAllAsync(node, peer: 1));

        DiscoverAllReply left = await node.Registry.DiscoverAllAsync(
            new DiscoverAllQuery(Core.Directories.WalkPosition.Start, 1000, 96 * 1024, Deadline()), CancellationToken.None).Within();
        Assert.Empty(left.Registrations);
        await RegisterOkAsync(node, peer: 1, room: quota);
    }

    public void Dispose() => _directory.Dispose();

    private Task<RegistryNode> StartAsync(int perPeer = 1_000) => RegistryNode.StartAsync(_time, options =>
    {
        options.DataDirectory = _directory.Path;
        options.Limits = new RegistrationLimits { MaxRegistrationsPerPeer = perPeer };
    });

    private static RendezvousNamespace Room(int room) => RendezvousNamespace.Parse($"room {room}");

    private DateTimeOffset Deadline() => _time.GetUtcNow().AddSeconds(5);

    private Task<RegisterReply> RegisterAsync(RegistryNode node, int peer, int room) => node.Registry.RegisterAsync(
        new RegisterCommand(Room(room), TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, 7200, Deadline()),
        CancellationToken.None).Within();

    private async Task RegisterOkAsync(RegistryNode node, int peer, int room)
    {
        RegisterReply reply = await RegisterAsync(node, peer, room);
        Assert.Equal((RendezvousStatus.Ok, string.Empty), (reply.Status, reply.StatusText));
    }

    private async Task UnregisterAsync(RegistryNode node, int peer, int room) => Assert.Equal(
        RendezvousStatus.Ok,
        (await node.Registry.UnregisterAsync(new UnregisterCommand(Room(room), TestPeers.Id(peer), Deadline()), CancellationToken.None)
            .Within()).Status);

    private async Task<RendezvousStatus> UnregisterAllAsync(RegistryNode node, int peer) =>
        (await node.Registry.UnregisterAsync(new UnregisterCommand(null, TestPeers.Id(peer), Deadline()), CancellationToken.None)
            .Within()).Status;

    private async Task<int> CountAsync(RegistryNode node, int room) => (await node.Registry.DiscoverAsync(
        new DiscoverQuery(Room(room), 0, 1000, 96 * 1024, Deadline()), CancellationToken.None).Within()).Registrations.Count;
}
