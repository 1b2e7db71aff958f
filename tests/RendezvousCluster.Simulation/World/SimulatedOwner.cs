using RendezvousCluster.Core;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Simulation.World;

/// <summary>The shell around a real <see cref="NamespaceOwner{TCaller}"/>.</summary>
internal sealed class SimulatedOwner
    : SimulatedShell<INamespaceCommand, DiscoverQuery, INamespaceReply, NamespaceEvent, NamespaceSnapshot>, INamespaceOwnerPort<Ask>
{
    /// <summary>For how long listings are asked for: beyond what clocks are ever apart, with a day as long as ten minutes.</summary>
    internal static readonly ListingTerm Listing = new()
    {
        Margin = TimeSpan.FromMilliseconds(SimulatedJanitor.ListingMargin),
        Renewal = TimeSpan.FromMilliseconds(SimulatedJanitor.ListingMargin / 2),
    };

    // A command that waited for another one has a deadline after that one's.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(2 * SimulatedFrontEnd.RequestTimeout);

    private readonly NamespaceOwner<Ask> _owner;

    public SimulatedOwner(SimulatedCluster cluster, SimulatedNode node, int ns, int writer)
        : base(cluster, node, ns, writer, cluster.JournalOf(ns)) =>
        _owner = new NamespaceOwner<Ask>(
            this, cluster.Flaw.Compaction, term: Listing, uncertainUntil: node.LookAtClocks().BelievesFrom, longestWait: LongestWait);

    public NamespaceState? State => _owner.State;

    /// <inheritdoc/>
    protected override IJournalTimes<NamespaceEvent, NamespaceSnapshot> Times =>
        field ??= Cluster.Flaw.Times(new NamespaceTimes(LongestWait));

    /// <inheritdoc/>
    protected override NamespaceOwner<Ask> Owner => _owner;

    /// <inheritdoc/>
    protected override DateTimeOffset? NextSweep => Cluster.Flaw.Sweeps ? _owner.State?.NextExpiry : null;

    /// <summary>Longer than events have to be kept, so that it may clear up.</summary>
    protected override long? IdleTimeout => 70_000;

    /// <inheritdoc/>
    protected override bool StaysWhenStopped => Cluster.Flaw.StaysWhenStopped;

    /// <inheritdoc/>
    protected override bool TakesFailureForSuccess => Cluster.Flaw.TakesFailureForSuccess;

    void INamespaceOwnerPort<Ask>.Announce(NamespaceAnnouncement announcement)
    {
        if (Cluster.Flaw.Directory.IsNotWaitedFor)
        {
            Later(0, () => _owner.Announced(announcement.ListedUntil, Node.Clock));
            return;
        }

        Cluster.Directory.Announce(Node, announcement, reply => Unless(() =>
        {
            if (reply is null)
            {
                _owner.AnnouncementFailed(Node.Clock);
            }
            else if (reply.Status == RendezvousStatus.Ok)
            {
                _owner.Announced(reply.ListedUntil, Node.Clock);
            }
            else
            {
                _owner.AnnouncementRefused(Node.Clock);
            }
        }));
    }

    /// <summary>Gives it a command that no client sent; for flaws.</summary>
    internal void TakeInternally(UnregisterCommand command) =>
        Take(new Ask(
            new FrontEndRequest("something nobody asked for", Entity, null, _ => command, new SeededSequence(0), _ => { }),
            0,
            Node,
            -1,
            command));

    /// <inheritdoc/>
    protected override void Hand(Ask ask)
    {
        base.Hand(ask);
        switch (Cluster.Flaw.Taking(ask.Command, this))
        {
            case RegisterCommand register:
                if (Cluster.Flaw.AcknowledgesBeforeCommit)
                {
                    Answer(ask, new RegisterReply(RendezvousStatus.Ok, string.Empty, register.TtlSeconds));
                }

                _owner.Submit(ask, register, Node.Clock);
                break;
            case UnregisterCommand unregister:
                _owner.Submit(ask, unregister, Node.Clock);
                break;
            case DiscoverQuery query:
                Read(ask, query, Cluster.Flaw.ReadingAt(Node.Clock));
                break;
        }
    }

    /// <inheritdoc/>
    protected override bool IsHeldBack(IReadOnlyList<NamespaceEvent> events) =>
        Cluster.Flaw.HoldsFenceBack && events is [Opened { Fresh: false }];

    /// <inheritdoc/>
    protected override IReadOnlyList<NamespaceEvent> Writing(IReadOnlyList<NamespaceEvent> events) => Cluster.Flaw.Writing(events, this);

    /// <inheritdoc/>
    protected override object Replying(Ask caller, INamespaceReply reply) => Cluster.Flaw.Replying(caller.Command, reply, this);

    /// <inheritdoc/>
    protected override void OnCommitted(IReadOnlyList<NamespaceEvent> events) => Cluster.Flaw.Committed(this, events);

    /// <inheritdoc/>
    protected override NamespaceEvent? Recovering(NamespaceEvent @event, bool isLast) =>
        Cluster.Flaw.Recovering(@event, isLast, Node.Clock);

    /// <inheritdoc/>
    protected override NamespaceSnapshot RecoveringSnapshot(NamespaceSnapshot snapshot) => Cluster.Flaw.RecoveringSnapshot(snapshot);

    /// <inheritdoc/>
    protected override NamespaceSnapshot SavingSnapshot(NamespaceSnapshot snapshot) => Cluster.Flaw.SavingSnapshot(snapshot);

    /// <inheritdoc/>
    protected override long DeletingSnapshots(long upTo) => Cluster.Flaw.DeletingSnapshots(upTo);

    /// <inheritdoc/>
    protected override long DeletingEvents(long upTo) => Cluster.Flaw.DeletingEvents(upTo, this);
}
