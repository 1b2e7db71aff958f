using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class SettingRoleTests
{
    [Theory]
    [InlineData("required-MaxTtlSeconds=3d", "required-MaxTtlSeconds=3d", "")]
    [InlineData("required-MaxTtlSeconds=3d", "required-MaxTtlSeconds=2d", "MaxTtlSeconds: 3d, 2d, required")]
    [InlineData("advised-MaxRegistrations=10", "advised-MaxRegistrations=9", "MaxRegistrations: 10, 9, advised")]
    [InlineData("required-Upkeep:FenceAge=10m", "required-Upkeep:TrustAge=5m", "")] // each publishes what the other does not
    [InlineData("required-MaxTtlSeconds=3d", "registry frontend store-1", "")] // the other is of a version that publishes nothing
    [InlineData("registry frontend store-1", "required-MaxTtlSeconds=3d", "")] // this one is
    [InlineData("required-New=1", "advised-New=2", "New: 1, 2, required")] // the version of the node that compares decides
    [InlineData("advised-New=1", "required-New=2", "New: 1, 2, advised")]
    [InlineData("required-Key=a=b", "required-Key=a=c", "Key: a=b, a=c, required")]
    [InlineData("required-Key", "required-Key=1", "")] // no value
    [InlineData("required-a=1 advised-b=1", "advised-b=2 required-a=2", "a: 1, 2, required; b: 1, 2, advised")]
    [InlineData("required-a=1", "required-a=1 required-a=2", "a: 1, 2, required")] // one that publishes two values differs
    public void Two_nodes_differ_in_what_both_publish(string own, string other, string differences) => Assert.Equal(
        differences,
        string.Join("; ", SettingRole.Differences(own.Split(' '), other.Split(' ')).Select(difference =>
            $"{difference.Key}: {difference.Own}, {difference.Other}, {(difference.IsRequired ? "required" : "advised")}")));

    [Fact]
    public void A_role_carries_the_key_the_value_and_whether_it_is_required()
    {
        string own = SettingRole.For("Upkeep:FenceAge", "10m", isRequired: true);
        string other = SettingRole.For("Upkeep:FenceAge", "20m", isRequired: true);

        Assert.Equal([new SettingDifference("Upkeep:FenceAge", "10m", "20m", true)], SettingRole.Differences([own], [other]));
    }
}
