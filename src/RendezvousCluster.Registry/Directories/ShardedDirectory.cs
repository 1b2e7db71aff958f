using RendezvousCluster.Core.Directories;

namespace RendezvousCluster.Registry.Directories;

/// <summary>The directory of the cluster as one node sees it: each question is asked of the entity of its part.</summary>
internal sealed class ShardedDirectory(EntityAsker parts, TimeProvider time) : INamespaceDirectory
{
    /// <summary>How long a namespace waits for the answer to its announcement: less than its own callers wait for the namespace.</summary>
    internal static readonly TimeSpan AnnouncementTimeout = TimeSpan.FromSeconds(4);

    /// <inheritdoc/>
    public async ValueTask<NamespaceListing?> ListAsync(
        NamespaceKey from, DateTimeOffset activeSince, int limit, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        (NamespaceListing? listing, _) = await parts.AskAsync<NamespaceListing>(
            new ListingQuery(from, activeSince, limit), deadline, cancellationToken).ConfigureAwait(false);
        return listing;
    }

    /// <summary>Announces a namespace; null when the directory did not answer in time.</summary>
    public async Task<AnnouncementReply?> AnnounceAsync(NamespaceAnnouncement announcement)
    {
        (AnnouncementReply? reply, _) = await parts.AskAsync<AnnouncementReply>(
            announcement, time.GetUtcNow() + AnnouncementTimeout, CancellationToken.None).ConfigureAwait(false);
        return reply;
    }
}
