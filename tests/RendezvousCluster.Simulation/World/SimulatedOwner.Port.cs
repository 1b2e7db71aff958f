using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Simulation.Plans;
using IPort = RendezvousCluster.Core.Ownership.IOwnerPort<
    RendezvousCluster.Simulation.World.Ask,
    RendezvousCluster.Core.Namespaces.INamespaceReply,
    RendezvousCluster.Core.Namespaces.NamespaceEvent,
    RendezvousCluster.Core.Namespaces.NamespaceSnapshot>;

namespace RendezvousCluster.Simulation.World;

internal sealed partial class SimulatedOwner
{
    private bool _isWriting;
    private long _journalSequence;
    private IReadOnlyList<NamespaceEvent> _written = [];
    private IReadOnlyList<NamespaceEvent> _heldBack = [];

    TimeSpan IPort.Elapsed => TimeSpan.FromMilliseconds(_cluster.Time.Now);

    bool IPort.IsJournalAway => false;

    bool IPort.IsUndisputed => true;

    void IPort.Reply(Ask caller, INamespaceReply reply) => Answer(caller, _cluster.Flaw.Replying(caller.Command, reply, this));

    void IPort.RetryLater(Ask caller) => Answer(caller, null);

    void IPort.Write(IReadOnlyList<NamespaceEvent> events)
    {
        if (_isGone || _cluster.Triggers.Reached(FaultKind.CrashBeforeWrite, Node))
        {
            return;
        }

        _isWriting = true;
        if (_cluster.Flaw.HoldsFenceBack && events is [Opened { Fresh: false }])
        {
            _heldBack = events;
            Later(0, Commit);
            return;
        }

        _written = [.. _heldBack, .. _cluster.Flaw.Writing(events, this)];
        _heldBack = [];
        _cluster.JournalOf(_ns).Write(this, _journalSequence + 1, _written);
    }

    void INamespaceOwnerPort<Ask>.Announce(NamespaceAnnouncement announcement) => _cluster.Directory.Announce(
        Node,
        announcement,
        until => Unless(() => _owner.Announced(until, Node.Clock)),
        () => Unless(() => _owner.AnnouncementFailed(Node.Clock)));

    void IPort.Stop()
    {
        if (_cluster.Flaw.StaysWhenStopped || _isGone)
        {
            return;
        }

        _cluster.Trace?.Invoke($"ns{_ns}: owner {Writer} stops");
        _isGone = true;
        Node.Owners.Remove(_ns);
        _stopped?.Invoke();
    }

    /// <summary>The write in flight is in the journal.</summary>
    public void WriteCommitted()
    {
        if (!_isGone && _isWriting)
        {
            _journalSequence += _written.Count;
            Commit();
        }
    }

    /// <summary>The write in flight failed, or seems to have.</summary>
    public void WriteFailed()
    {
        if (_isGone || !_isWriting)
        {
            return;
        }

        if (_cluster.Flaw.TakesFailureForSuccess)
        {
            Commit();
            return;
        }

        _isWriting = false;
        _cluster.Trace?.Invoke($"ns{_ns}: owner {Writer} is told that its write failed");
        _cluster.Guard(_ns, _owner.WriteFailed);
    }

    private void Commit()
    {
        _isWriting = false;
        _cluster.Guard(_ns, () =>
        {
            _owner.Committed(Node.Clock);
            _cluster.Flaw.Committed(this, _written);
            PlanSweep();
            PlanCompaction();
        });
    }
}
