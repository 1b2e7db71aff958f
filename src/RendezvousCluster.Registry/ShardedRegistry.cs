using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry;

/// <summary>
/// The registry of the cluster as a front end on one node sees it: each command is asked of the entity of its namespace, wherever that lives.
/// </summary>
/// <remarks>
/// All commands are idempotent, so a question without an answer is asked again (<see cref="EntityAsker"/>) until the command's deadline ends it
/// with E_UNAVAILABLE. The entity drops what reaches it after the deadline. A DISCOVER is fetched in pages that fit the frames between nodes and
/// joined here.
/// </remarks>
internal sealed class ShardedRegistry : IRegistry
{
    private readonly EntityAsker _namespaces;
    private readonly NamespaceWalk _walk;

    public ShardedRegistry(EntityAsker namespaces, INamespaceDirectory directory, TimeProvider time)
    {
        _namespaces = namespaces;
        _walk = new NamespaceWalk(directory, (query, cancellationToken) => FetchAsync(query, cancellationToken), time);
    }

    /// <inheritdoc/>
    public async ValueTask<RegisterReply> RegisterAsync(RegisterCommand command, CancellationToken cancellationToken)
    {
        (RegisterReply? reply, string text) =
            await _namespaces.AskAsync<RegisterReply>(NamespaceCommand.For(command), command.Deadline, cancellationToken).ConfigureAwait(false);
        return reply ?? RegistryReplies.Register(RendezvousStatus.Unavailable, text);
    }

    /// <inheritdoc/>
    public async ValueTask<UnregisterReply> UnregisterAsync(UnregisterCommand command, CancellationToken cancellationToken)
    {
        if (command.Namespace is null)
        {
            return new UnregisterReply(RendezvousStatus.Unavailable);
        }

        (UnregisterReply? reply, _) =
            await _namespaces.AskAsync<UnregisterReply>(NamespaceCommand.For(command), command.Deadline, cancellationToken).ConfigureAwait(false);
        return reply ?? new UnregisterReply(RendezvousStatus.Unavailable);
    }

    /// <inheritdoc/>
    public async ValueTask<DiscoverReply> DiscoverAsync(DiscoverQuery query, CancellationToken cancellationToken)
    {
        DiscoverReply first = await FetchAsync(query, cancellationToken).ConfigureAwait(false);
        if (first.Status != RendezvousStatus.Ok || IsLast(first.Registrations, Capped(query)))
        {
            return first;
        }

        var joined = new List<DiscoveredRegistration>(first.Registrations);
        int bytes = Bytes(first.Registrations);
        while (joined.Count < query.Limit && bytes < query.MaxBytes)
        {
            DiscoverQuery rest = Capped(query with
            {
                AfterRevision = joined[^1].Revision,
                Limit = query.Limit - joined.Count,
                MaxBytes = query.MaxBytes - bytes,
            });
            DiscoverReply page = await FetchAsync(rest, cancellationToken).ConfigureAwait(false);

            // A page may hold one registration that is larger than asked for, else its reader could never go on; here it is left for the next request.
            int pageBytes = Bytes(page.Registrations);
            if (page.Status != RendezvousStatus.Ok || pageBytes > rest.MaxBytes)
            {
                break;
            }

            joined.AddRange(page.Registrations);
            bytes += pageBytes;
            if (IsLast(page.Registrations, rest))
            {
                break;
            }
        }

        return first with { Registrations = joined, CookieRevision = joined[^1].Revision };
    }

    /// <summary>Reads at most as much as one message between nodes can bring.</summary>
    /// <inheritdoc/>
    public ValueTask<DiscoverAllReply> DiscoverAllAsync(DiscoverAllQuery query, CancellationToken cancellationToken) => _walk.ReadAsync(
        query.MaxBytes > AskPolicy.MaxPageBytes ? query with { MaxBytes = AskPolicy.MaxPageBytes } : query, cancellationToken);

    private static DiscoverQuery Capped(DiscoverQuery query) =>
        query.MaxBytes > AskPolicy.MaxPageBytes ? query with { MaxBytes = AskPolicy.MaxPageBytes } : query;

    // A page that could have taken another envelope of the largest size, and did not, is the last.
    private static bool IsLast(IReadOnlyList<DiscoveredRegistration> page, DiscoverQuery query) =>
        page.Count == 0 || (page.Count < query.Limit && Bytes(page) + SignedPeerRecord.MaxEnvelopeBytes <= query.MaxBytes);

    private static int Bytes(IReadOnlyList<DiscoveredRegistration> page)
    {
        int bytes = 0;
        for (int i = 0; i < page.Count; i++)
        {
            bytes += page[i].Envelope.Length;
        }

        return bytes;
    }

    private async ValueTask<DiscoverReply> FetchAsync(DiscoverQuery query, CancellationToken cancellationToken)
    {
        (DiscoverReply? reply, string text) =
            await _namespaces.AskAsync<DiscoverReply>(NamespaceCommand.For(Capped(query)), query.Deadline, cancellationToken).ConfigureAwait(false);
        return reply ?? RegistryReplies.Discover(RendezvousStatus.Unavailable, text);
    }
}
