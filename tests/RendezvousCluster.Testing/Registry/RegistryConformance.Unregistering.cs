using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using Xunit;

namespace RendezvousCluster.Testing.Registry;

public abstract partial class RegistryConformance
{
    private UnregisterCommand UnregisterAll(int peer) => Unregister(peer) with { Namespace = null };

    [Fact]
    public async Task Unregister_without_a_namespace_removes_all_of_the_peers_and_nobody_elses()
    {
        for (int number = 0; number < 40; number++)
        {
            await RegisterOkAsync(Register(1, Numbered(number)));
        }

        await RegisterOkAsync(Register(2, Numbered(7)));

        Assert.Equal(RendezvousStatus.Ok, (await SendAsync(UnregisterAll(1))).Status);

        (List<DiscoveredRegistration> found, _) = await WalkAsync(Core.Directories.WalkPosition.Start, 1000);
        AssertEnvelopes(found, TestPeers.Envelope(2));
    }

    [Fact]
    public async Task Unregister_without_a_namespace_of_a_peer_without_registrations_succeeds()
    {
        await RegisterOkAsync(Register(2));

        Assert.Equal(RendezvousStatus.Ok, (await SendAsync(UnregisterAll(1))).Status);

        Assert.Single(await DiscoverOkAsync(Discover()));
    }

    [Fact]
    public async Task A_late_copy_of_a_register_does_not_bring_back_what_an_unregister_of_all_removed()
    {
        RegisterCommand command = Register(1);
        await RegisterOkAsync(command);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(RendezvousStatus.Ok, (await SendAsync(UnregisterAll(1))).Status);

        Assert.Equal(RendezvousStatus.Unavailable, (await SendAsync(command)).Status);

        Assert.Empty(await DiscoverOkAsync(Discover()));
    }

    [Fact]
    public async Task A_late_copy_of_an_unregister_of_all_is_not_acknowledged_and_spares_what_was_registered_after_it()
    {
        await RegisterOkAsync(Register(1, Numbered(1)));
        UnregisterCommand older = UnregisterAll(1);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        await RegisterOkAsync(Register(1, Numbered(2)));

        Assert.Equal(RendezvousStatus.Unavailable, (await SendAsync(older)).Status);

        Assert.Empty(await DiscoverOkAsync(Discover(Numbered(1))));
        Assert.Single(await DiscoverOkAsync(Discover(Numbered(2))));
    }

    [Fact]
    public async Task An_unregister_of_all_after_its_deadline_removes_nothing()
    {
        await RegisterOkAsync(Register(1));
        UnregisterCommand command = UnregisterAll(1);
        Time.Advance(AskTimeout + TimeSpan.FromMilliseconds(1));

        Assert.Equal(RendezvousStatus.Unavailable, (await SendAsync(command)).Status);

        Assert.Single(await DiscoverOkAsync(Discover()));
    }

    [Fact]
    public async Task A_peer_registers_again_after_an_unregister_of_all()
    {
        await RegisterOkAsync(Register(1));
        await SendAsync(UnregisterAll(1));

        await RegisterOkAsync(Register(1));

        Assert.Single(await DiscoverOkAsync(Discover()));
    }
}
