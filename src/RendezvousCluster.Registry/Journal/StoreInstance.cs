namespace RendezvousCluster.Registry.Journal;

/// <summary>What answers for a database: which server, and which line of history of its data.</summary>
/// <param name="Server">The number of the server's data; a copy that follows it has the same.</param>
/// <param name="Timeline">Grows when a copy takes the place of its original, and when the data is restored to a point in time.</param>
internal sealed record StoreInstance(string Server, string Timeline)
{
    /// <summary>What has happened to a database that is answered for by another instance than before, for an operator.</summary>
    public string SayAfter(StoreInstance before) => Server == before.Server
        ? $"was promoted from a standby, or restored to a point in time (timeline {before.Timeline}, now {Timeline})"
        : "is on another server than before, or was restored from a copy";
}
