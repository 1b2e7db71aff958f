using RendezvousCluster.Core.Clocks;

namespace RendezvousCluster.Core.Tests.Clocks;

public sealed class RevisionTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1000);

    [Fact]
    public void A_revision_follows_the_clock_and_counts_on_when_the_clock_does_not_move() =>
        Assert.Equal([1000ul << 20, (1000ul << 20) + 1], [Revision.Next(0, Now), Revision.Next(1000ul << 20, Now)]);

    [Fact]
    public void A_revision_never_goes_back_with_the_clock() =>
        Assert.Equal((1000ul << 20) + 1, Revision.Next(1000ul << 20, Now.AddHours(-1)));

    [Theory]
    [InlineData(1000ul << 20, false)]
    [InlineData((1000ul << 20) + 1, true)]
    public void The_future_begins_above_the_clock(ulong revision, bool future) =>
        Assert.Equal(future, Revision.IsFromTheFuture(revision, 0, Now));

    [Fact]
    public void A_revision_given_out_is_not_the_future_even_when_the_clock_went_back()
    {
        Assert.False(Revision.IsFromTheFuture(2000ul << 20, 2000ul << 20, Now));
        Assert.True(Revision.IsFromTheFuture((2000ul << 20) + 1, 2000ul << 20, Now));
    }
}
