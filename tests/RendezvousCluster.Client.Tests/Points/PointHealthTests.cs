using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Points;

public sealed class PointHealthTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly RendezvousPoint Point = RendezvousPoint.ParseAll([$"/ip4/198.51.100.1/tcp/1/p2p/{new TestPeer().Id}"])[0];

    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(2));
    private readonly RendezvousException _error = new PointUnreachableException(Point, "gone");

    [Fact]
    public void Nothing_is_known_at_first()
    {
        PointHealth health = PointHealth.Unknown(Point);

        Assert.True(health.IsHealthy);
        Assert.False(health.IsBackingOff(Noon));
    }

    [Fact]
    public void Each_failure_after_a_wait_makes_the_next_wait_longer()
    {
        PointHealth health = PointHealth.Unknown(Point).Failed(Noon, _error, _backoff, jitter: 0);
        Assert.Equal((1, Noon.AddSeconds(1)), (health.FailuresInARow, health.RetryAt));
        Assert.True(health.IsBackingOff(Noon.AddMilliseconds(999)));
        Assert.False(health.IsBackingOff(Noon.AddSeconds(1)));

        health = health.Failed(Noon.AddSeconds(1), _error, _backoff, jitter: 0);
        Assert.Equal((2, Noon.AddSeconds(3)), (health.FailuresInARow, health.RetryAt));
        Assert.False(health.IsHealthy);
        Assert.Same(_error, health.LastError);
    }

    [Fact]
    public void Failures_at_once_count_as_one()
    {
        PointHealth health = PointHealth.Unknown(Point);
        for (int request = 0; request < 8; request++)
        {
            health = health.Failed(Noon.AddMilliseconds(request), _error, _backoff, jitter: 0);
        }

        Assert.Equal((1, Noon.AddSeconds(1), Noon.AddMilliseconds(7)), (health.FailuresInARow, health.RetryAt, health.LastFailure));
    }

    [Fact]
    public void An_answer_ends_the_waiting()
    {
        PointHealth health =
            PointHealth.Unknown(Point).Failed(Noon, _error, _backoff, jitter: 0).Answered(Noon.AddSeconds(5), TimeSpan.FromMilliseconds(3));

        Assert.True(health.IsHealthy);
        Assert.Null(health.RetryAt);
        Assert.Equal((Noon.AddSeconds(5), Noon), (health.LastSuccess, health.LastFailure));
        Assert.Equal(TimeSpan.FromMilliseconds(3), health.RoundTrip);
    }
}
