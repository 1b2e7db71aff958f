using System.Diagnostics.Metrics;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Testing.Metrics;

namespace RendezvousCluster.Libp2p.Tests.Limits;

public sealed class OpenCountTests
{
    [Fact]
    public void Each_direction_is_counted_for_itself_and_is_there_at_zero()
    {
        using var meters = new TestMeters();
        var open = new OpenCount(meters.Create(new MeterOptions("test")), "open", "{thing}", "Things.");
        Assert.Equal((0, 0), (meters.Observe("open direction=inbound"), meters.Observe("open direction=outbound")));

        open.Add(isOutbound: false, 3);
        open.Add(isOutbound: true, 1);
        open.Add(isOutbound: false, -2);

        Assert.Equal((1, 1), (meters.Observe("open direction=inbound"), meters.Observe("open direction=outbound")));
    }
}
