using System.Text.Json;
using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Client.Registrations;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Interop.Client;

/// <summary>
/// Our client at a point of another make: canvas' own JavaScript server, as it is. It speaks only its own protocol id, never answers with
/// an error but resets, and its cookies run backwards.
/// </summary>
public sealed class CanvasPointTests
{
    private const string Ns = "foreign";

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    public async Task Register_refresh_discover_unregister(string transport)
    {
        await using JsPeer point = await JsPeer.StartCanvasPointAsync(transport);
        await using ClientNode registrant = await ClientNode.StartAsync(point.Addresses[0]);
        await using ClientNode seeker = await ClientNode.StartAsync(point.Addresses[0]);

        RegistrationHandle registration = await registrant.Client.RegisterAsync(Ns, TimeSpan.FromSeconds(4)).Within();
        Assert.Equal(TimeSpan.FromSeconds(4), (await registrant.NextEventAsync()).Ttl);
        DiscoveredPeer found = Assert.Single(await seeker.DiscoverAsync(Ns));
        Assert.Equal(registrant.Id, found.PeerId.ToString());
        Assert.Equal([registrant.Id], await RegisteredAsync(point));

        Assert.Equal(RegistrationEventKind.Refreshed, (await registrant.NextEventAsync()).Kind);
        Assert.Single(await seeker.DiscoverAsync(Ns));

        await registration.DisposeAsync();
        Assert.Equal(RegistrationEventKind.Unregistered, (await registrant.NextEventAsync()).Kind);
        Assert.Empty(await RegisteredAsync(point));
    }

    [Fact]
    public async Task A_longer_time_than_it_grants_is_cut_and_the_cut_one_counts()
    {
        await using JsPeer point = await JsPeer.StartCanvasPointAsync("tcp");
        await using ClientNode registrant = await ClientNode.StartAsync(point.Addresses[0]);

        await registrant.Client.RegisterAsync(Ns, TimeSpan.FromHours(3)).Within();

        Assert.Equal(TimeSpan.FromHours(2), (await registrant.NextEventAsync()).Ttl);
    }

    [Fact]
    public async Task Its_pages_that_never_end_do_not_hold_the_client()
    {
        const int Peers = 3;
        await using JsPeer point = await JsPeer.StartCanvasPointAsync("tcp");
        await using ClientNode seeker = await ClientNode.StartAsync(point.Addresses[0]);
        var registrants = new List<ClientNode>();
        try
        {
            for (int peer = 0; peer < Peers; peer++)
            {
                registrants.Add(await ClientNode.StartAsync(point.Addresses[0]));
                await registrants[^1].Client.RegisterAsync(Ns).Within();
            }

            Assert.Equal(
                registrants.Select(peer => peer.Id).Order(),
                (await seeker.DiscoverAsync(Ns)).Select(peer => peer.PeerId.ToString()).Order());
        }
        finally
        {
            foreach (ClientNode registrant in registrants)
            {
                await registrant.DisposeAsync();
            }
        }
    }

    private static async Task<List<string>> RegisteredAsync(JsPeer point)
    {
        JsonElement result = await point.AskAsync("registered", new { ns = Ns });
        return [.. result.GetProperty("peers").EnumerateArray().Select(peer => peer.GetString()!)];
    }
}
