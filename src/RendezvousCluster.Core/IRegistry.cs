using RendezvousCluster.Core.Directories;

namespace RendezvousCluster.Core;

/// <summary>
/// The registry as the front end sees it. Requests arrive validated: the namespace is well formed, the TTL is within the limits, the record
/// is verified and belongs to the peer. A refusal here depends on the stored registrations, or on the registry's health.
/// Implementations never throw for a refusal or an outage: they answer a status.
/// </summary>
public interface IRegistry
{
    /// <summary>Stores or refreshes a registration. OK means committed: it survives the death of this process.</summary>
    ValueTask<RegisterReply> RegisterAsync(RegisterCommand command, CancellationToken cancellationToken);

    /// <summary>Removes a registration, or all of a peer's. An unknown one is not an error.</summary>
    ValueTask<UnregisterReply> UnregisterAsync(UnregisterCommand command, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a page of a namespace's live registrations in ascending order of revision. It may hold less than was asked for, as much as one
    /// message between nodes can bring; <see cref="DiscoverReply.IsComplete"/> says whether there is more, and the caller reads on.
    /// </summary>
    ValueTask<DiscoverReply> DiscoverAsync(DiscoverQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a page of the live registrations of all namespaces. A registration that outlives the walk is returned at least once; see
    /// <see cref="WalkPosition"/>.
    /// </summary>
    ValueTask<DiscoverAllReply> DiscoverAllAsync(DiscoverAllQuery query, CancellationToken cancellationToken);
}
