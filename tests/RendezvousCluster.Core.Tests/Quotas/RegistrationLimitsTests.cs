using RendezvousCluster.Core.Quotas;

namespace RendezvousCluster.Core.Tests.Quotas;

public sealed class RegistrationLimitsTests
{
    [Fact]
    public void The_defaults_can_be_used_and_every_part_has_room_for_several_quotas()
    {
        var limits = new RegistrationLimits();

        Assert.Empty(limits.Validate());
        Assert.True(limits.PartOf(LedgerParts.Count).MaxPlaces >= 5 * limits.MaxRegistrationsPerPeer);
    }

    [Theory]
    [InlineData(0, 1, 1_000, "MaxRegistrationsPerPeer is 0")]
    [InlineData(1, 0, 1_000, "MaxRegistrationsPerNamespace is 0")]
    [InlineData(1, 1, 0, "MaxRegistrations is 0")]
    [InlineData(1, 1, int.MaxValue, "MaxRegistrations is 2147483647")]
    [InlineData(10, 1, 1_279, "must be at least 1280")]
    public void Limits_that_cannot_work_are_reported(int perPeer, int perNamespace, int total, string said)
    {
        var limits = new RegistrationLimits
        {
            MaxRegistrationsPerPeer = perPeer, MaxRegistrationsPerNamespace = perNamespace, MaxRegistrations = total,
        };

        Assert.Contains(said, Assert.Single(limits.Validate()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_has_room_for_one_quota_at_least()
    {
        const long LeastBytes = 1_280 * PlaceCharge.LeastBytes;
        var limits = new RegistrationLimits { MaxRegistrationsPerPeer = 10, MaxRegistrations = 1_280 };

        Assert.Empty(limits.Validate());
        limits.MaxRegistrationBytes = LeastBytes;
        Assert.Empty(limits.Validate());
        limits.MaxRegistrationBytes = LeastBytes - 1;
        Assert.Contains($"must be at least {LeastBytes}", Assert.Single(limits.Validate()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(101, 6, "SubnetShareAbovePercent is 101")]
    [InlineData(-1, 6, "SubnetShareAbovePercent is -1")]
    [InlineData(50, 0, "SubnetSharePercent is 0")]
    [InlineData(50, 101, "SubnetSharePercent is 101")]
    public void Shares_that_cannot_work_are_reported(int above, int share, string said)
    {
        var limits = new RegistrationLimits { SubnetShareAbovePercent = above, SubnetSharePercent = share };

        Assert.Contains(said, Assert.Single(limits.Validate()), StringComparison.Ordinal);
    }
}
