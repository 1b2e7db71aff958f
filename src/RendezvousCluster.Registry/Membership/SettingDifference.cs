namespace RendezvousCluster.Registry.Membership;

/// <summary>A setting that two nodes of a cluster have different values of.</summary>
/// <param name="Key">The setting, as operators write it.</param>
/// <param name="Own">The value of the node that compares.</param>
/// <param name="Other">The other node's.</param>
/// <param name="IsRequired">The two must not be in one cluster.</param>
internal sealed record SettingDifference(string Key, string Own, string Other, bool IsRequired)
{
    /// <summary>Why two nodes must not be in one cluster; null if they may.</summary>
    /// <param name="differences">What they differ in.</param>
    /// <param name="self">The node that compares.</param>
    /// <param name="node">The other one.</param>
    internal static string? Incompatibility(IReadOnlyList<SettingDifference> differences, string self, string node)
    {
        string[] required =
        [
            .. from difference in differences
               where difference.IsRequired
               select $"{difference.Key} is {difference.Own} at {self} and {difference.Other} at {node}",
        ];
        return required.Length == 0 ? null : $"{string.Join(", ", required)}; all nodes of a cluster must have the same value";
    }
}
