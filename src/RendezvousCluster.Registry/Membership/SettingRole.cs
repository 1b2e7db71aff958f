namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Some settings have to be the same at every node of a cluster. Each node publishes its values, a role for each, beside the one for its
/// store (<see cref="StoreRole"/>): <c>required-Upkeep:FenceAge=10m</c> where a difference endangers registrations, <c>advised-…</c> where
/// it only surprises. Two nodes compare what both of them publish. So nodes of a version that publishes none, or publishes others, belong
/// to the cluster as before, and a node publishes only what its own work depends on.
/// </summary>
internal static class SettingRole
{
    private const string Required = "required-";
    private const string Advised = "advised-";

    /// <summary>The role of a node that has this value.</summary>
    /// <param name="key">The setting, as operators write it.</param>
    /// <param name="value">Its value; the same text for the same value, however an operator wrote it.</param>
    /// <param name="isRequired">A node with another value must not be in the cluster.</param>
    internal static string For(string key, string value, bool isRequired) => $"{(isRequired ? Required : Advised)}{key}={value}";

    /// <summary>The settings that two nodes have different values of, in the order of their keys.</summary>
    /// <param name="own">The roles of the node that compares. Its version decides what is required.</param>
    /// <param name="other">Those of the other one.</param>
    internal static IReadOnlyList<SettingDifference> Differences(IEnumerable<string> own, IEnumerable<string> other)
    {
        ILookup<string, string> others = other.Select(Parse).OfType<Published>().ToLookup(role => role.Key, role => role.Value);
        return
        [
            .. from role in own.Select(Parse).OfType<Published>()
               from value in others[role.Key].Where(value => value != role.Value).Order(StringComparer.Ordinal).Take(1)
               orderby role.Key
               select new SettingDifference(role.Key, role.Value, value, role.IsRequired),
        ];
    }

    private static Published? Parse(string role)
    {
        string? prefix = new[] { Required, Advised }.FirstOrDefault(prefix => role.StartsWith(prefix, StringComparison.Ordinal));
        int end = role.IndexOf('=', StringComparison.Ordinal);
        return prefix is null || end < prefix.Length ? null : new(role[prefix.Length..end], role[(end + 1)..], prefix == Required);
    }

    private sealed record Published(string Key, string Value, bool IsRequired);
}
