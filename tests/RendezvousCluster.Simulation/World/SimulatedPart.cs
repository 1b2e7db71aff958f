using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Simulation.World;

/// <summary>The shell around a real <see cref="DirectoryOwner{TCaller}"/>, the owner of a part of the directory.</summary>
internal sealed class SimulatedPart
    : SimulatedShell<NamespaceAnnouncement, ListingQuery, IDirectoryReply, DirectoryEvent, DirectorySnapshot>
{
    private readonly int _part;
    private int _countBefore;

    public SimulatedPart(SimulatedCluster cluster, SimulatedNode node, int part, int writer)
        : base(cluster, node, cluster.Directory.EntityOf(part), writer, cluster.Directory.JournalOf(part))
    {
        _part = part;
        int limit = cluster.Flaw.Directory.ChecksItsLimitEarly ? int.MaxValue : SimulatedDirectory.LimitOf(part);

        // Each part of the simulation is the last of its directory: a reader goes on within it only.
        Owner = new DirectoryOwner<Ask>(this, new JournaledDirectory(DirectoryParts.Count - 1, limit), cluster.Flaw.Directory.Compaction);
    }

    /// <summary>How many namespaces it lists.</summary>
    public int Count => Owner.Count;

    /// <inheritdoc/>
    protected override DirectoryOwner<Ask> Owner { get; }

    /// <inheritdoc/>
    protected override DateTimeOffset? NextSweep => Owner.Count > 0 ? Node.Clock + DirectoryState.SweepInterval : null;

    /// <inheritdoc/>
    public override void Reclaim()
    {
        if (!Cluster.Flaw.Directory.ClearsUnasked)
        {
            base.Reclaim();
            return;
        }

        Cluster.Directory.JournalOf(_part).DeleteTo(long.MaxValue);
        Cluster.Directory.JournalOf(_part).Snapshots.DeleteTo(long.MaxValue);
        Leave();
    }

    /// <inheritdoc/>
    protected override void Hand(Ask ask)
    {
        base.Hand(ask);
        switch (Cluster.Flaw.Directory.Taking(ask.Command))
        {
            case ListingQuery query when ReadsPastTheOwner:
                Answer(ask, Owner.State.List(query, Node.Clock));
                break;
            case ListingQuery query:
                Read(ask, query, Node.Clock);
                break;
            case NamespaceAnnouncement announcement:
                Submit(ask, announcement);
                break;
        }
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<DirectoryEvent> Writing(IReadOnlyList<DirectoryEvent> events)
    {
        _countBefore = Owner.Count;
        return Cluster.Flaw.Directory.Writing(events);
    }

    /// <inheritdoc/>
    protected override void OnCommitted(IReadOnlyList<DirectoryEvent> events)
    {
        if (Owner.Count > _countBefore && Owner.Count > SimulatedDirectory.LimitOf(_part))
        {
            Cluster.Checker.TooManyListed(Label, Owner.Count, SimulatedDirectory.LimitOf(_part), Cluster.Time.Now);
        }
    }

    /// <inheritdoc/>
    protected override DirectoryEvent? Recovering(DirectoryEvent @event, bool isLast) =>
        Cluster.Flaw.Directory.Recovering(@event, isLast);

    /// <inheritdoc/>
    protected override DirectorySnapshot SavingSnapshot(DirectorySnapshot snapshot) => Cluster.Flaw.Directory.SavingSnapshot(snapshot);

    /// <inheritdoc/>
    protected override long DeletingEvents(long upTo) => Cluster.Flaw.Directory.DeletingEvents(upTo);

    private bool ReadsPastTheOwner =>
        (Cluster.Flaw.Directory.ReadsWithoutFence && !Owner.IsFenced) || (Cluster.Flaw.Directory.NeverRenews && Owner.IsFenced);

    private void Submit(Ask ask, NamespaceAnnouncement announcement)
    {
        if (Cluster.Flaw.Directory.ConfirmsBeforeCommit)
        {
            Answer(ask, new AnnouncementReply(RendezvousStatus.Ok, announcement.ListedUntil));
        }
        else if (Cluster.Flaw.Directory.ChecksItsLimitEarly && Owner.Count >= SimulatedDirectory.LimitOf(_part)
            && Owner.State.ListedUntil(announcement.Namespace) is null)
        {
            Answer(ask, new AnnouncementReply(RendezvousStatus.Unavailable, DateTimeOffset.UnixEpoch));
            return;
        }

        Owner.Submit(ask, announcement, Node.Clock);
    }
}
