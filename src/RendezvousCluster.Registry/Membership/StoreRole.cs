namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Members of a cluster own namespaces by turns, so all that do must keep them in the same place. Each tells where in a role of its own,
/// which every member sees before it comes up: <c>store-…</c> with the identity of a database that can be shared, <c>alone-…</c> with a
/// random one for files and memory, which cannot. Nodes that keep nothing have no such role.
/// </summary>
internal static class StoreRole
{
    private const string Shared = "store-";
    private const string Alone = "alone-";

    /// <summary>The role of a node that keeps its data there.</summary>
    internal static string For(bool isShared, string identity) => (isShared ? Shared : Alone) + identity;

    /// <summary>Why a node with these roles must not be in a cluster with one of those; null if it may.</summary>
    internal static string? Incompatibility(IEnumerable<string> own, IEnumerable<string> other)
    {
        string? ownStore = Of(own), otherStore = Of(other);
        if (IsAlone(ownStore) || IsAlone(otherStore))
        {
            string alone = RegistryStorageCapabilities.Names(storage => !storage.SharesBetweenNodes());
            string shared = RegistryStorageCapabilities.Names(storage => storage.SharesBetweenNodes());
            return $"a node with --storage {alone} is its own cluster and takes no second member; several nodes share a database: "
                + $"--storage {shared}";
        }

        return ownStore is null || otherStore is null || ownStore == otherStore
            ? null
            : "the cluster keeps its registrations in another database than this node; give all nodes the same connection string";
    }

    private static bool IsAlone(string? store) => store?.StartsWith(Alone, StringComparison.Ordinal) is true;

    private static string? Of(IEnumerable<string> roles) => roles.FirstOrDefault(role =>
        role.StartsWith(Shared, StringComparison.Ordinal) || role.StartsWith(Alone, StringComparison.Ordinal));
}
