using RendezvousCluster.Core.Directories;

namespace RendezvousCluster.Core.Quotas;

/// <summary>How many of all namespaces have got the news that a peer has left.</summary>
/// <param name="KnownSince">From which time on the ledger knows the peer's registrations; with another part of the ledger the walk begins
/// anew.</param>
/// <param name="From">The next key of the directory.</param>
/// <param name="IsDone">Whether the end was reached.</param>
/// <param name="HasGap">Whether a namespace did not answer.</param>
internal sealed record UnregisterWalk(DateTimeOffset KnownSince, NamespaceKey From, bool IsDone, bool HasGap)
{
    internal static UnregisterWalk Begin(DateTimeOffset knownSince) => new(knownSince, NamespaceKey.First, IsDone: false, HasGap: false);

    /// <summary>The walk behind a part of the directory.</summary>
    internal UnregisterWalk Behind(NamespaceListing listing, bool allTold) => this with
    {
        From = listing.Continue ?? From,
        IsDone = listing.Continue is null,
        HasGap = HasGap || !allTold,
    };
}
