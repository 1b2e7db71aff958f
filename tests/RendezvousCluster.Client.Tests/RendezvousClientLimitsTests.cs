namespace RendezvousCluster.Client.Tests;

public sealed class RendezvousClientLimitsTests
{
    public static TheoryData<string, object, object> Edges => new()
    {
        { nameof(RendezvousClientLimits.MaxResponseBytes), 1_023, 1_024 },
        { nameof(RendezvousClientLimits.MaxRegistrationsPerPage), 1_001, 1_000 },
        { nameof(RendezvousClientLimits.MaxAddressesPerPeer), 129, 128 },
        { nameof(RendezvousClientLimits.MaxPagesPerWalk), 0, 1 },
        { nameof(RendezvousClientLimits.MaxPeers), 0, 1 },
        { nameof(RendezvousClientLimits.MaxCookieBytes), 63, 64 },
        { nameof(RendezvousClientLimits.MaxTtl), TimeSpan.FromDays(31), TimeSpan.FromDays(30) },
        { nameof(RendezvousClientLimits.MaxRequestsInFlightPerPoint), 0, 1 },
        { nameof(RendezvousClientLimits.RequestsPerSecondPerPoint), 0, 1 },
        { nameof(RendezvousClientLimits.MaxWaitingPages), 0, 1 },
        { nameof(RendezvousClientLimits.ConnectTimeout), TimeSpan.Zero, TimeSpan.FromMilliseconds(100) },
        { nameof(RendezvousClientLimits.RequestTimeout), TimeSpan.Zero, TimeSpan.FromMilliseconds(100) },
        { nameof(RendezvousClientLimits.StreamCloseTimeout), TimeSpan.Zero, TimeSpan.FromMilliseconds(1) },
        { nameof(RendezvousClientLimits.UnregisterTimeout), TimeSpan.Zero, TimeSpan.FromMilliseconds(100) },
        { nameof(RendezvousClientLimits.MergeWindow), TimeSpan.FromMinutes(2), TimeSpan.Zero },
        { nameof(RendezvousClientLimits.MinRefreshInterval), TimeSpan.Zero, TimeSpan.FromMilliseconds(100) },
        { nameof(RendezvousClientLimits.FirstBackoff), TimeSpan.Zero, TimeSpan.FromMilliseconds(10) },
        { nameof(RendezvousClientLimits.MaxBackoff), TimeSpan.FromMilliseconds(999), TimeSpan.FromSeconds(1) },
        { nameof(RendezvousClientLimits.RefusedBackoff), TimeSpan.FromMilliseconds(999), TimeSpan.FromSeconds(1) },
    };

    [Fact]
    public void The_defaults_can_be_used() => Assert.Empty(new RendezvousClientLimits().Validate());

    [Fact]
    public void Every_limit_is_checked() =>
        Assert.Equal(typeof(RendezvousClientLimits).GetProperties().Length, Edges.Count);

    [Theory]
    [MemberData(nameof(Edges))]
    public void A_limit_out_of_its_range_is_named(string name, object tooFar, object atTheEdge)
    {
        Assert.StartsWith($"{name} is ", Assert.Single(With(name, tooFar).Validate()));
        Assert.Empty(With(name, atTheEdge).Validate());
    }

    private static RendezvousClientLimits With(string name, object value)
    {
        var limits = new RendezvousClientLimits();
        typeof(RendezvousClientLimits).GetProperty(name)!.SetValue(limits, value);
        return limits;
    }
}
