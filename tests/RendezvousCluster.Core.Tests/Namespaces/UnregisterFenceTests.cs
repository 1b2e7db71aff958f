using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Namespaces;

public sealed class UnregisterFenceTests
{
    private readonly UnregisterFence _fence = new();

    [Fact]
    public void The_fence_stops_commands_older_than_the_unregister_and_no_others()
    {
        _fence.Add(TestPeers.Id(1), 100);

        Assert.True(_fence.Stops(TestPeers.Id(1), 99));
        Assert.False(_fence.Stops(TestPeers.Id(1), 100));
        Assert.False(_fence.Stops(TestPeers.Id(2), 99));
    }

    [Fact]
    public void The_fence_forgets_once_the_deadline_has_passed()
    {
        _fence.Add(TestPeers.Id(1), 100);

        _fence.ForgetPassed(DateTimeOffset.FromUnixTimeMilliseconds(100));
        Assert.Equal(1, _fence.Count);
        _fence.ForgetPassed(DateTimeOffset.FromUnixTimeMilliseconds(101));
        Assert.Equal(0, _fence.Count);
    }

    [Fact]
    public void A_second_unregister_of_a_peer_outlives_the_first()
    {
        _fence.Add(TestPeers.Id(1), 100);
        _fence.Add(TestPeers.Id(1), 200);

        _fence.ForgetPassed(DateTimeOffset.FromUnixTimeMilliseconds(150));

        Assert.True(_fence.Stops(TestPeers.Id(1), 199));
    }

    [Fact]
    public void The_fence_is_bounded_and_forgets_the_oldest_first()
    {
        for (int peer = 0; peer < UnregisterFence.MaxEntries; peer++)
        {
            _fence.Add(TestPeers.Id(peer), 100);
        }

        Assert.True(_fence.Stops(TestPeers.Id(0), 99));
        _fence.Add(TestPeers.Id(-1), 100);
        Assert.False(_fence.Stops(TestPeers.Id(0), 99));
        Assert.True(_fence.Stops(TestPeers.Id(1), 99));
        Assert.Equal(UnregisterFence.MaxEntries, _fence.Count);
    }
}
