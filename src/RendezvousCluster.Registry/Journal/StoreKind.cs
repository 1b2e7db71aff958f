namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// A row of the table of stores (<see cref="RegistryStores"/>): what a store can do and what it needs. The rest of the program asks for
/// these, and names no store.
/// </summary>
/// <param name="SharesBetweenNodes">Whether several nodes can keep their registrations in it together.</param>
/// <param name="NeedsConnectionString">Whether it is reached with a connection string.</param>
/// <param name="OutlivesProcess">Whether registrations are still there after a restart.</param>
/// <param name="Create">
/// Makes it from the data directory, the connection string and the word for an accepted loss; nothing is opened yet.
/// </param>
internal sealed record StoreKind(
    bool SharesBetweenNodes, bool NeedsConnectionString, bool OutlivesProcess, Func<string, string, string?, IRegistryStore> Create);
