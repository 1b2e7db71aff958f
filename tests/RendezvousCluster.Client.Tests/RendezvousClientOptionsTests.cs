using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests;

public sealed class RendezvousClientOptionsTests
{
    public static TheoryData<string, Action<RendezvousClientOptions>> Mistakes => new()
    {
        { "at least one point", options => options.Points.Clear() },
        { "is not a multiaddr", options => options.Points.Add("example.com:8000") },
        { "does not end in /p2p/", options => options.Points.Add("/ip4/198.51.100.1/tcp/8000") },
        { "RegisterAt", options => options.RegisterAt = 0 },
        { "1 to 255 bytes", options => options.Namespaces.Add("") },
        { "Ttl", options => options.Ttl = TimeSpan.FromHours(73) },
        { "RefreshFrom", options => options.RefreshFrom = 0.9 },
        { "RefreshFrom", options => options.RefreshTo = 1 },
        { "WatchInterval", options => options.WatchInterval = TimeSpan.Zero },
        { "ProtocolIds", options => options.ProtocolIds.Clear() },
        { "MaxPeers", options => options.Limits.MaxPeers = 0 },
    };

    [Fact]
    public void One_point_is_enough() => Assert.Empty(Good().Validate());

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_reported(string said, Action<RendezvousClientOptions> make)
    {
        RendezvousClientOptions options = Good();
        make(options);

        Assert.Contains(said, Assert.Single(options.Validate()));
    }

    private static RendezvousClientOptions Good() => new() { Points = { $"/ip4/198.51.100.1/tcp/8000/p2p/{new TestPeer().Id}" } };
}
