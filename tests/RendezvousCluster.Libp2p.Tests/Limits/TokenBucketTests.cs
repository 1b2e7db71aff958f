using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Tests.Limits;

public sealed class TokenBucketTests
{
    [Fact]
    public void The_burst_passes_and_not_one_more()
    {
        var bucket = new TokenBucket(new FakeTimeProvider(), tokensPerSecond: 10, burst: 3);

        Assert.True(bucket.TryTake());
        Assert.True(bucket.TryTake());
        Assert.True(bucket.TryTake());
        Assert.False(bucket.TryTake());
    }

    [Fact]
    public void A_token_comes_back_after_its_time_and_not_before()
    {
        var time = new FakeTimeProvider();
        var bucket = new TokenBucket(time, tokensPerSecond: 10, burst: 1);
        Assert.True(bucket.TryTake());

        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(bucket.TryTake());
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(bucket.TryTake());
        Assert.False(bucket.TryTake());
    }

    [Fact]
    public void A_long_pause_earns_no_more_than_the_burst()
    {
        var time = new FakeTimeProvider();
        var bucket = new TokenBucket(time, tokensPerSecond: 10, burst: 2);

        time.Advance(TimeSpan.FromDays(1));

        Assert.True(bucket.TryTake());
        Assert.True(bucket.TryTake());
        Assert.False(bucket.TryTake());
    }

    [Fact]
    public void Tokens_given_back_can_be_taken_again_up_to_the_burst()
    {
        var bucket = new TokenBucket(new FakeTimeProvider(), tokensPerSecond: 10, burst: 2);
        Assert.True(bucket.TryTake());
        Assert.True(bucket.TryTake());

        bucket.Return();
        bucket.Return();
        bucket.Return();

        Assert.True(bucket.TryTake());
        Assert.True(bucket.TryTake());
        Assert.False(bucket.TryTake());
    }
}
