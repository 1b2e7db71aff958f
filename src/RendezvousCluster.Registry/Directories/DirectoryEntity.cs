using Akka.Actor;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Directories;

/// <summary>
/// The entity of one part of the directory: a <see cref="DirectoryOwner{TCaller}"/> in the shell that all owners of journals have.
/// </summary>
/// <remarks>
/// There are as many of these as the directory has parts, and one that lists anything stays in memory: what makes a walk over what is new
/// cheap, which namespace was active when, is known to it alone.
/// </remarks>
internal sealed partial class DirectoryEntity
    : JournalEntity<NamespaceAnnouncement, ListingQuery, IDirectoryReply, DirectoryEvent, DirectorySnapshot>
{
    private readonly DirectoryEntitySettings _settings;

    public DirectoryEntity(string entityId, DirectoryEntitySettings settings)
        : base(entityId, settings)
    {
        _settings = settings;
        Owner = new DirectoryOwner<EntityCaller>(
            this, new JournaledDirectory(DirectoryMessageExtractor.PartOf(entityId), settings.MaxNamespaces), settings.Compaction);
    }

    /// <inheritdoc/>
    protected override DirectoryOwner<EntityCaller> Owner { get; }

    /// <inheritdoc/>
    protected override DirectoryTimes Times { get; } = new();

    /// <summary>There is no order of expiry, so all entries are looked through now and then.</summary>
    protected override DateTimeOffset? NextSweep => Owner.Count > 0 ? Now + DirectoryState.SweepInterval : null;

    internal static Props Props(string entityId, DirectoryEntitySettings settings) =>
        EntityProducer<DirectoryEntity>.Props(() => new DirectoryEntity(entityId, settings));

    /// <inheritdoc/>
    protected override bool OnMessage(object message)
    {
        var caller = new EntityCaller(Sender, TraceParent: null);
        if (MustReadAgain && message is (ListingQuery or NamespaceAnnouncement))
        {
            Sender.Tell(RetryLater.Instance);
            ReadAgain();
            return true;
        }

        switch (message)
        {
            case ListingQuery query:
                Read(caller, query);
                return true;
            case NamespaceAnnouncement announcement:
                Owner.Submit(caller, announcement, Now);
                return true;
            default:
                return false;
        }
    }

    /// <summary>What is listed wrongly or not at all costs a walk at most a namespace.</summary>
    protected override Func<object, object> AnswerFrom(KeptState<ListingQuery, IDirectoryReply> kept)
    {
        DirectoryEntitySettings settings = _settings;
        long keptAt = settings.Time.GetTimestamp();
        return message => (message is ListingQuery query
            ? kept.Read(query, settings.Time.GetUtcNow(), settings.Time.GetElapsedTime(keptAt), settings.IsUndisputed())
            : null) as object ?? RetryLater.Instance;
    }
}
