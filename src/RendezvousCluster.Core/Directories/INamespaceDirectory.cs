namespace RendezvousCluster.Core.Directories;

/// <summary>Which namespaces have registrations: what a walk over all of them goes by.</summary>
internal interface INamespaceDirectory
{
    /// <summary>
    /// Reads a part of the list. Every namespace with a live registration is on it; some without one may be.
    /// </summary>
    /// <param name="from">The first key to look at.</param>
    /// <param name="activeSince">Namespaces that surely had no REGISTER from then on may be left out.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="deadline">When the caller stops waiting.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A part, possibly empty though there are more; null when the directory cannot be read now.</returns>
    ValueTask<NamespaceListing?> ListAsync(
        NamespaceKey from, DateTimeOffset activeSince, int limit, DateTimeOffset deadline, CancellationToken cancellationToken);
}
