using RendezvousCluster.Core.Quotas;

namespace RendezvousCluster.Core.Tests.Quotas;

public sealed class SubnetShareTests
{
    private static readonly SubnetShare Share = new(AbovePercent: 50, OfFreePercent: 6);

    [Theory]
    [InlineData(0.499, 400_000, 0.4, true)]
    [InlineData(0.5, 400_000, 0.4, false)]
    [InlineData(0.5, 29_999, 0.029_999, true)]
    [InlineData(0.5, 30_000, 0.03, false)]
    [InlineData(0.9, 6_001, 0.006_001, false)]
    [InlineData(0.9, 5_999, 0.005_999, true)]
    [InlineData(0.999_999, 0, 0, true)]
    public void Above_the_watermark_a_subnet_holds_its_share_of_what_is_free(double used, int places, double held, bool admitted) =>
        Assert.Equal(admitted, Share.Admits(used, places, held));

    [Fact]
    public void Switched_off_it_holds_nobody_to_anything() => Assert.True(SubnetShare.Off.Admits(1, 1_000_000, 1));

    // The values that the settings' page and the class promise.
    [Theory]
    [InlineData(10, 0.5)]
    [InlineData(100, 0.14)]
    [InlineData(1_000, 0.015)]
    public void Subnets_that_take_all_they_get_leave_room_for_the_next_one(int subnets, double leastFree)
    {
        const int Max = 1_000_000;
        int[] held = new int[subnets];
        int total = 0;
        for (int refused = 0, at = 0; refused < subnets; at = (at + 1) % subnets)
        {
            if (Share.Admits((double)total / Max, held[at], (double)held[at] / Max))
            {
                held[at]++;
                total++;
                refused = 0;
            }
            else
            {
                refused++;
            }
        }

        Assert.InRange(1 - ((double)total / Max), leastFree, leastFree + 0.03);
        Assert.True(Share.Admits((double)total / Max, heldPlaces: 0, held: 0));
        Assert.InRange(held.Max(), 1, (int)(held.Min() * 1.1) + 1);
    }
}
