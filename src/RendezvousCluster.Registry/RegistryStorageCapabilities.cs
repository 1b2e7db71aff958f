using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry;

/// <summary>
/// What a storage can do and what it needs. Rules about settings ask for these and name no storage, so a further one is a row in the table
/// of stores.
/// </summary>
public static class RegistryStorageCapabilities
{
    /// <summary>Whether several nodes can keep their registrations in it together.</summary>
    public static bool SharesBetweenNodes(this RegistryStorage storage) => RegistryStores.KindOf(storage).SharesBetweenNodes;

    /// <summary>Whether it is reached with a connection string.</summary>
    public static bool NeedsConnectionString(this RegistryStorage storage) => RegistryStores.KindOf(storage).NeedsConnectionString;

    /// <summary>Whether registrations are still there after a restart.</summary>
    public static bool OutlivesProcess(this RegistryStorage storage) => RegistryStores.KindOf(storage).OutlivesProcess;

    /// <summary>The storage that settings without a name for one mean.</summary>
    /// <param name="outlivesProcess">Whether registrations are to outlive a restart.</param>
    public static RegistryStorage Unnamed(bool outlivesProcess) => outlivesProcess ? RegistryStorage.Sqlite : RegistryStorage.Memory;

    /// <summary>The name in settings.</summary>
    public static string Name(this RegistryStorage storage) => storage.ToString().ToLowerInvariant();

    /// <summary>The names of the storages that can do something, for a sentence: <c>one or other</c>.</summary>
    public static string Names(Func<RegistryStorage, bool> canDoIt) =>
        string.Join(" or ", Enum.GetValues<RegistryStorage>().Where(canDoIt).Select(Name));
}
