using RendezvousCluster.Core;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Simulation.World;

/// <summary>
/// The shell around a real <see cref="NamespaceOwner{TCaller}"/>, in the place of the actor: it reads the journal for it, hands it what
/// arrives, does what it wants done, sweeps, and lets it go when it is idle.
/// </summary>
internal sealed partial class SimulatedOwner : INamespaceOwnerPort<Ask>
{
    /// <summary>As NamespaceEntitySettings.MinSweepInterval.</summary>
    private const long MinSweepInterval = 10_000;

    /// <summary>As NamespaceEntitySettings.UnfencedLifetime.</summary>
    private const long UnfencedLifetime = 5_000;

    /// <summary>
    /// An owner that is not asked for anything is let go after this; longer than events have to be kept, so that it may clear up.
    /// </summary>
    private const long IdleTimeout = 70_000;

    private readonly SimulatedCluster _cluster;
    private readonly int _ns;
    private readonly NamespaceOwner<Ask> _owner;
    private readonly List<Ask> _arrivedEarly = [];
    private readonly SeededSequence _random;
    private bool _isGone;
    private bool _sweepIsPlanned;
    private long _touched;
    private Action? _stopped;

    public SimulatedOwner(SimulatedCluster cluster, SimulatedNode node, int ns, int writer)
    {
        _cluster = cluster;
        _ns = ns;
        Node = node;
        Writer = writer;
        _random = new SeededSequence(SeededSequence.Derive(cluster.Plan.Seed, 1_000_000 + (ulong)writer));
        _owner = new NamespaceOwner<Ask>(this, cluster.Flaw.Compaction);
        _touched = cluster.Time.Now;
        cluster.Trace?.Invoke($"ns{ns}: owner {writer} begins at node {node.Index}");
        cluster.Time.After(1 + _random.Below(20), node, ReadSnapshot);
    }

    public SimulatedNode Node { get; }

    /// <summary>A number for this owner alone; higher ones began later.</summary>
    public int Writer { get; }

    public NamespaceState? State => _owner.State;

    /// <summary>Whether it is dead, or another node has its place.</summary>
    public bool IsOutlived => _isGone || Node.IsReplaced;

    public bool IsRecovering { get; private set; } = true;

    /// <summary>A copy of a command has arrived.</summary>
    public void Take(Ask ask)
    {
        if (_isGone)
        {
            return;
        }

        _touched = _cluster.Time.Now;
        if (IsRecovering)
        {
            _arrivedEarly.Add(ask);
            return;
        }

        _cluster.Guard(_ns, () => Hand(ask));
    }

    /// <summary>Asks it to finish and stop, and to let another node have its place.</summary>
    /// <param name="stopped">What to do then.</param>
    public void HandOff(Action stopped)
    {
        _stopped = stopped;
        _cluster.Guard(_ns, _owner.Stop);
    }

    /// <summary>Its node dies, and it with it.</summary>
    public void Vanish() => _isGone = true;

    /// <summary>Gives it a command that no client sent; for flaws.</summary>
    internal void TakeInternally(UnregisterCommand command) =>
        Take(new Ask(
            new FrontEndRequest("something nobody asked for", _ns, null, _ => command, new SeededSequence(0), _ => { }),
            0,
            Node,
            -1,
            command));

    /// <summary>Does something later, if it is still there.</summary>
    internal void Later(long delay, Action action) => _cluster.Time.After(delay, Node, () => Unless(action));

    private void Unless(Action action)
    {
        if (!_isGone)
        {
            _cluster.Guard(_ns, action);
        }
    }

    private void Hand(Ask ask)
    {
        _cluster.Trace?.Invoke($"ns{_ns}: owner {Writer} takes try {ask.Try} of {ask.Request.What}");
        switch (_cluster.Flaw.Taking(ask.Command, this))
        {
            case RegisterCommand register:
                if (_cluster.Flaw.AcknowledgesBeforeCommit)
                {
                    Answer(ask, new RegisterReply(RendezvousStatus.Ok, string.Empty, register.TtlSeconds));
                }

                _owner.Submit(ask, register, Node.Clock);
                break;
            case UnregisterCommand unregister:
                _owner.Submit(ask, unregister, Node.Clock);
                break;
            case DiscoverQuery query:
                _owner.Read(ask, query, _cluster.Flaw.ReadingAt(Node.Clock));
                if (_owner.IsIdleAndEmpty)
                {
                    Passivate();
                }

                break;
        }
    }

    private void Answer(Ask caller, object? reply)
    {
        if (!_isGone)
        {
            _cluster.Network.Send(Node, caller.Node, caller.Request.Random, () => caller.Node.FrontEnd.Answered(caller, reply));
        }
    }

    private void PlanSweep()
    {
        if (_sweepIsPlanned || _owner.State?.NextExpiry is not { } expiry || !_cluster.Flaw.Sweeps)
        {
            return;
        }

        _sweepIsPlanned = true;
        Later(Math.Max(MinSweepInterval, (long)(expiry - Node.Clock).TotalMilliseconds), () =>
        {
            _sweepIsPlanned = false;
            _owner.Sweep(Node.Clock);
            PlanSweep();
        });
    }

    private void PlanIdle()
    {
        Later(Math.Max(1, _touched + IdleTimeout - _cluster.Time.Now), () =>
        {
            if (_cluster.Time.Now - _touched >= IdleTimeout)
            {
                Passivate();
            }

            PlanIdle();
        });
    }

    private void Passivate() => _owner.StopTidily(Node.Clock);
}
