using Akka.Actor;

namespace RendezvousCluster.Registry.Membership;

/// <summary>Why two nodes must not be in one cluster, from the roles that both publish.</summary>
internal static class Incompatibility
{
    /// <summary>The reason, without a full stop; null if they may be in one cluster.</summary>
    /// <param name="self">The node that compares.</param>
    /// <param name="own">Its roles.</param>
    /// <param name="node">The other node.</param>
    /// <param name="other">The roles of that one.</param>
    internal static string? Between(Address self, IReadOnlyCollection<string> own, Address node, IReadOnlyCollection<string> other) =>
        StoreRole.Incompatibility(own, other)
        ?? SettingDifference.Incompatibility(SettingRole.Differences(own, other), NameOf(self), NameOf(node));

    /// <summary>The line for the operator of the node that is not taken in.</summary>
    internal static string Explain(Address node, string reason) => $"This node cannot join {node}: {reason}.";

    /// <summary>A node as it stands among the seeds of others.</summary>
    internal static string NameOf(Address node) => $"{node.Host}:{node.Port}";
}
