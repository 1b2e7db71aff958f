using RendezvousCluster.Client.Points;

namespace RendezvousCluster.Client.Tests.Points;

public sealed class BackoffTests
{
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(7, 64)]
    [InlineData(8, 120)]
    [InlineData(int.MaxValue, 120)]
    public void Doubles_up_to_the_most(int failures, double wholeSeconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(wholeSeconds / 2), _backoff.After(failures, jitter: 0));
        Assert.Equal(TimeSpan.FromSeconds(wholeSeconds * 0.75), _backoff.After(failures, jitter: 0.5));
        Assert.InRange(
            _backoff.After(failures, jitter: 0.9999), TimeSpan.FromSeconds(wholeSeconds * 0.99), TimeSpan.FromSeconds(wholeSeconds));
    }
}
