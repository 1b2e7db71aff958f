using System.Globalization;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Settings;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>
/// The settings that have to be the same at every node of a cluster, under the keys that operators know. The required ones keep
/// registrations safe: an owner relies on its journal for as long as all others leave it there, and the janitor deletes what no node could
/// have granted so long a time to live; nodes that differ in the failure detection take one another for dead at different times. Quotas
/// and the pace of the upkeep only have another effect wherever a namespace happens to live.
/// </summary>
internal static class SharedSettings
{
    /// <summary>The roles in which a node publishes its values: all of them if it owns namespaces, else those of every node.</summary>
    internal static IEnumerable<string> RolesOf(RegistryOptions options) =>
    [
        Required("FailureDetection", options.Cluster.FailureDetection.ToString()),
        Required("MaxTtlSeconds", DurationText.Format(options.MaxTtl)),
        .. options.Cluster.Roles.HasFlag(NodeRoles.Registry) ? OfOwners(options.Upkeep, options.Limits) : [],
    ];

    private static IEnumerable<string> OfOwners(UpkeepOptions upkeep, RegistrationLimits limits) =>
    [
        Required("Upkeep:FenceAge", DurationText.Format(upkeep.FenceAge)),
        Required("Upkeep:TrustAge", DurationText.Format(upkeep.TrustAge)),
        Required("Upkeep:JanitorMargin", DurationText.Format(upkeep.JanitorMargin)),
        Advised("Upkeep:JanitorInterval", DurationText.Format(upkeep.JanitorInterval)),
        Advised("Upkeep:ClockBelief", DurationText.Format(upkeep.ClockBelief)),
        Advised("Upkeep:SnapshotEvents", Text(upkeep.SnapshotEvents)),
        Advised("MaxRegistrationsPerPeer", Text(limits.MaxRegistrationsPerPeer)),
        Advised("MaxRegistrationsPerNamespace", Text(limits.MaxRegistrationsPerNamespace)),
        Advised("MaxRegistrations", Text(limits.MaxRegistrations)),
        Advised("MaxRegistrationBytes", limits.MaxRegistrationBytes?.ToString(CultureInfo.InvariantCulture) ?? string.Empty),
        Advised("SubnetShareAbovePercent", Text(limits.SubnetShareAbovePercent)),
        Advised("SubnetSharePercent", Text(limits.SubnetSharePercent)),
    ];

    private static string Required(string key, string value) => SettingRole.For(key, value, isRequired: true);

    private static string Advised(string key, string value) => SettingRole.For(key, value, isRequired: false);

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);
}
