using System.Reflection;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Tests.Hosting;

public sealed class SharedSettingsTests
{
    private static readonly string[] OfEveryNode = ["required-FailureDetection=Fast", "required-MaxTtlSeconds=3d"];

    private static readonly string[] OfOwners =
    [
        "required-Upkeep:FenceAge=10m", "required-Upkeep:TrustAge=5m", "required-Upkeep:JanitorMargin=1h",
        "advised-Upkeep:JanitorInterval=1h", "advised-Upkeep:ClockBelief=1h", "advised-Upkeep:SnapshotEvents=1000",
        "advised-MaxRegistrationsPerPeer=1000", "advised-MaxRegistrationsPerNamespace=100000", "advised-MaxRegistrations=1000000",
        "advised-MaxRegistrationBytes=", "advised-SubnetShareAbovePercent=50", "advised-SubnetSharePercent=6",
    ];

    [Theory]
    [InlineData(NodeRoles.Registry)]
    [InlineData(NodeRoles.Registry | NodeRoles.Frontend)]
    public void A_node_that_owns_namespaces_publishes_all(NodeRoles roles) =>
        Assert.Equal([.. OfEveryNode, .. OfOwners], RolesOf(options => options.Cluster.Roles = roles));

    /// <summary>It owns nothing, and cleans nothing up; a value that it does not use must not keep it out.</summary>
    [Fact]
    public void A_front_end_publishes_what_it_uses_itself() =>
        Assert.Equal(OfEveryNode, RolesOf(options => options.Cluster.Roles = NodeRoles.Frontend));

    /// <summary>A limit or time that is added is compared too, or left out here with a reason.</summary>
    [Fact]
    public void Every_upkeep_setting_and_every_quota_is_published()
    {
        string[] names =
        [
            .. from type in new[] { typeof(UpkeepOptions), typeof(Core.Quotas.RegistrationLimits) }
               from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
               where property.CanWrite
               select property.Name,
        ];

        Assert.Equal(12, names.Length);
        Assert.All(names, name => Assert.Contains(OfOwners, role => role.Contains($"{name}=", StringComparison.Ordinal)));
    }

    [Fact]
    public void Each_value_changes_the_role_of_its_own_key_and_no_other()
    {
        (string Key, Action<RegistryOptions> Change)[] changes =
        [
            ("FailureDetection", options => options.Cluster.FailureDetection = FailureDetection.Calm),
            ("MaxTtlSeconds", options => options.MaxTtl = TimeSpan.FromDays(2)),
            ("Upkeep:FenceAge", options => options.Upkeep.FenceAge = TimeSpan.FromMinutes(20)),
            ("Upkeep:TrustAge", options => options.Upkeep.TrustAge = TimeSpan.FromMinutes(2)),
            ("Upkeep:JanitorMargin", options => options.Upkeep.JanitorMargin = TimeSpan.FromHours(2)),
            ("Upkeep:JanitorInterval", options => options.Upkeep.JanitorInterval = TimeSpan.FromHours(2)),
            ("Upkeep:ClockBelief", options => options.Upkeep.ClockBelief = TimeSpan.FromHours(2)),
            ("Upkeep:SnapshotEvents", options => options.Upkeep.SnapshotEvents = 2_000),
            ("MaxRegistrationsPerPeer", options => options.Limits.MaxRegistrationsPerPeer = 2_000),
            ("MaxRegistrationsPerNamespace", options => options.Limits.MaxRegistrationsPerNamespace = 2_000),
            ("MaxRegistrations", options => options.Limits.MaxRegistrations = 2_000_000),
            ("MaxRegistrationBytes", options => options.Limits.MaxRegistrationBytes = 2_000_000_000),
            ("SubnetShareAbovePercent", options => options.Limits.SubnetShareAbovePercent = 75),
            ("SubnetSharePercent", options => options.Limits.SubnetSharePercent = 10),
        ];

        Assert.Equal(OfEveryNode.Length + OfOwners.Length, changes.Length);
        Assert.All(changes, change => Assert.Equal(
            [change.Key],
            SettingRole.Differences(RolesOf(_ => { }), RolesOf(change.Change)).Select(difference => difference.Key)));
    }

    private static IEnumerable<string> RolesOf(Action<RegistryOptions> configure)
    {
        var options = new RegistryOptions();
        configure(options);
        return SharedSettings.RolesOf(options);
    }
}
