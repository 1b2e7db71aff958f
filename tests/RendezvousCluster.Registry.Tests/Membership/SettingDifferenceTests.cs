using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class SettingDifferenceTests
{
    private static readonly SettingDifference Fence = new("Upkeep:FenceAge", "10m", "20m", IsRequired: true);
    private static readonly SettingDifference Ttl = new("MaxTtlSeconds", "3d", "2d", IsRequired: true);
    private static readonly SettingDifference Quota = new("MaxRegistrations", "10", "9", IsRequired: false);

    [Fact]
    public void A_required_setting_keeps_two_nodes_apart_with_its_key_both_values_and_both_nodes() => Assert.Equal(
        "Upkeep:FenceAge is 10m at a:1 and 20m at b:2; all nodes of a cluster must have the same value",
        SettingDifference.Incompatibility([Quota, Fence], "a:1", "b:2"));

    [Fact]
    public void Several_required_settings_are_named_together() => Assert.Equal(
        "Upkeep:FenceAge is 10m at a:1 and 20m at b:2, MaxTtlSeconds is 3d at a:1 and 2d at b:2; all nodes of a cluster must have the same "
        + "value",
        SettingDifference.Incompatibility([Fence, Ttl], "a:1", "b:2"));

    [Fact]
    public void An_advised_setting_keeps_nobody_out()
    {
        Assert.Null(SettingDifference.Incompatibility([Quota], "a:1", "b:2"));
        Assert.Null(SettingDifference.Incompatibility([], "a:1", "b:2"));
    }
}
