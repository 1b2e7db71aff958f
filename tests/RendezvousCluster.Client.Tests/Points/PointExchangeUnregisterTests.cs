using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Tests.Real;
using RendezvousCluster.Client.Tests.Scripted;
using RendezvousCluster.Client.Tests.Stubs;

namespace RendezvousCluster.Client.Tests.Points;

/// <summary>
/// What an unregister that nothing confirms comes to, at stub points with the habits of other servers. A class of its own, since it waits
/// for those that never close while other classes work.
/// </summary>
public sealed class PointExchangeUnregisterTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData("waku-go", 0, true)] // the page without this node shows it
    [InlineData("rust under another name", 0, true)]
    [InlineData("never closes", 0, true)]
    [InlineData("waku-go", 60, true)] // nothing unusual at a point that ends every stream so
    [InlineData("never closes", 60, true)]
    [InlineData("rust", 60, true)] // by its name
    [InlineData("rust under another name", 60, false)] // looks like one of ours that could not commit it
    public async Task An_unregister_that_ends_in_no_clean_close_is_done_where_something_shows_it(string server, int others, bool isDone)
    {
        await using StubPoint point = await StubPoint.StartAsync(StubHabits.Of(server));
        await using RealNode node = await RealNode.StartAsync([point.Address], Hasty);
        await node.Client.RegisterOnceAsync("chat", Ttl).Within();
        for (int number = 0; number < others; number++)
        {
            point.AddPeer("chat");
        }

        Exception? failure = await Record.ExceptionAsync(() => node.Client.UnregisterAsync("chat")).Within();

        Assert.Equal(others, point.Registry.PeersIn("chat").Count);
        Assert.Equal(isDone ? null : typeof(UnregisterUnconfirmedException), failure?.GetType());
    }

    [Theory]
    [InlineData("good", StubEnding.Reset)] // as our points do: decision 0005
    [InlineData("canvas", StubEnding.Reset)]
    [InlineData("waku-go", StubEnding.Reset)]
    [InlineData("rust", StubEnding.Reset)]
    [InlineData("never closes", StubEnding.LeaveOpen)]
    public async Task An_unregister_that_the_point_did_not_carry_out_fails_with_all_habits_of_points(string server, StubEnding ending)
    {
        StubHabits habits = StubHabits.Of(server) with { CarriesOutUnregister = false, UnregisterEnding = ending };
        await using StubPoint point = await StubPoint.StartAsync(habits);
        await using RealNode node = await RealNode.StartAsync([point.Address], Hasty);
        await node.Client.RegisterOnceAsync("chat", Ttl).Within();

        await Assert.ThrowsAsync<UnregisterUnconfirmedException>(() => node.Client.UnregisterAsync("chat")).Within();

        Assert.All(node.Client.Points, health => Assert.True(health.IsHealthy)); // it answers, after all
    }

    // A point that never ends a stream is waited for; not for so long here.
    private static void Hasty(RendezvousClientOptions options) => options.Limits.RequestTimeout = TimeSpan.FromSeconds(8);
}
