using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Simulation.World;

/// <summary>
/// What stands around an owner of a journal in the simulation, in the place of the actor: it reads the journal for the owner, hands it what
/// arrives, does what it wants done, sweeps, and lets it go.
/// </summary>
/// <param name="cluster">The world.</param>
/// <param name="node">Where it lives.</param>
/// <param name="entity">The number of what it owns.</param>
/// <param name="writer">A number for this owner alone; higher ones began later.</param>
internal abstract class SimulatedShell(SimulatedCluster cluster, SimulatedNode node, int entity, int writer)
{
    private Action? _stopped;

    public SimulatedNode Node => node;

    /// <summary>A number for this owner alone; higher ones began later.</summary>
    public int Writer => writer;

    /// <summary>Whether it is dead, or another node has its place.</summary>
    public bool IsOutlived => IsGone || node.IsReplaced;

    public bool IsRecovering { get; protected set; } = true;

    /// <summary>Its name in messages for people.</summary>
    public string Label => cluster.LabelOf(entity);

    /// <summary>Whether a row of the journal was ever its own.</summary>
    public bool HasWritten { get; set; }

    protected SimulatedCluster Cluster => cluster;

    /// <summary>The number of what it owns.</summary>
    public int Entity => entity;

    protected bool IsGone { get; private set; }

    /// <summary>Whether it has heard that rows are lost which it knows, and not yet written them again.</summary>
    protected bool IsToWriteAgain { get; set; }

    /// <summary>Whether it is to stop for a reason that it does not know.</summary>
    protected bool IsToStop { get; set; }

    protected SeededSequence Random { get; } = new(SeededSequence.Derive(cluster.Plan.Seed, 1_000_000 + (ulong)writer));

    /// <summary>A copy of a command has arrived.</summary>
    public abstract void Take(Ask ask);

    /// <summary>Asks it to finish and stop, and to let another node have its place.</summary>
    /// <param name="stopped">What to do then.</param>
    public virtual void HandOff(Action stopped)
    {
        IsToStop = true;
        _stopped = stopped;
    }

    /// <summary>Its node dies, and it with it.</summary>
    public void Vanish()
    {
        IsGone = true;
        PassMemoryOn();
        cluster.Losses.Gone(this, entity, isExcused: true);
    }

    /// <summary>Whether it knows, or is about to hear, all that the rows up to one say.</summary>
    public abstract bool Knows(long sequence);

    /// <summary>The janitor has found its journal old.</summary>
    public abstract void Reclaim();

    /// <summary>The write in flight is in the journal.</summary>
    public abstract void WriteCommitted();

    /// <summary>The write in flight failed, or seems to have.</summary>
    public abstract void WriteFailed();

    /// <summary>The write in flight has met the row of another owner.</summary>
    public abstract void WriteCollided();

    /// <summary>The write in flight is refused, as the row before it is gone.</summary>
    /// <param name="found">The last row that is there.</param>
    /// <param name="isOwn">Whether this owner wrote it.</param>
    public abstract void WriteRefused(long found, bool isOwn);

    /// <summary>Does something later, if it is still there.</summary>
    internal void Later(long delay, Action action) => cluster.Time.After(delay, node, () => Unless(action));

    /// <summary>It leaves its place.</summary>
    protected void Leave()
    {
        IsGone = true;
        PassMemoryOn();
        cluster.Losses.Gone(this, entity, isExcused: !IsToWriteAgain || IsToStop || node.ReplacedAt >= 0);
        node.Owners.Remove(entity);
        _stopped?.Invoke();
        OnLeft();
    }

    // Its own, or one that it had from an owner before and has not written yet.
    private void PassMemoryOn()
    {
        if (cluster.Memories.LastWordOf(entity) is { } memory)
        {
            cluster.Losses.Pass(this, memory, entity);
        }
    }

    /// <summary>It has left its place.</summary>
    protected abstract void OnLeft();

    protected void Unless(Action action)
    {
        if (!IsGone)
        {
            cluster.Guard(entity, action);
        }
    }

    protected void Answer(Ask caller, object? reply)
    {
        if (!IsGone)
        {
            cluster.Network.Send(node, caller.Node, caller.Request.Random, () => caller.Node.FrontEnd.Answered(caller, reply));
        }
    }
}

/// <summary>The shell around a real <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}"/>.</summary>
/// <typeparam name="TCommand">What may lead to an event.</typeparam>
/// <typeparam name="TQuery">What only reads.</typeparam>
/// <typeparam name="TReply">The answer to either.</typeparam>
/// <typeparam name="TEvent">What stands in the journal.</typeparam>
/// <typeparam name="TSnapshot">What takes the place of events.</typeparam>
internal abstract partial class SimulatedShell<TCommand, TQuery, TReply, TEvent, TSnapshot> : SimulatedShell
    where TCommand : class
    where TReply : class
    where TEvent : class
    where TSnapshot : class, IJournalSnapshot
{
    /// <summary>As JournalEntitySettings.MinSweepInterval.</summary>
    private const long MinSweepInterval = 10_000;

    /// <summary>As JournalEntitySettings.UnfencedLifetime.</summary>
    private const long UnfencedLifetime = 5_000;

    private readonly SimulatedJournal<TEvent, TSnapshot> _journal;
    private readonly List<Ask> _arrivedEarly = [];

    // The shard keeps what comes for an owner that it lets go, and hands it to the next one.
    private readonly List<Ask> _arrivedLate = [];
    private bool _isPassivating;
    private bool _sweepIsPlanned;
    private long _touched;

    protected SimulatedShell(
        SimulatedCluster cluster, SimulatedNode node, int entity, int writer, SimulatedJournal<TEvent, TSnapshot> journal)
        : base(cluster, node, entity, writer)
    {
        _journal = journal;
        _touched = cluster.Time.Now;
        cluster.Trace?.Invoke($"{Label}: owner {writer} begins at node {node.Index}");
        cluster.Time.After(1 + Random.Below(20), node, ReadSnapshot);
    }

    protected abstract JournalOwner<Ask, TCommand, TQuery, TReply, TEvent, TSnapshot> Owner { get; }

    /// <summary>Translates the times on disk; null where they are left as they are.</summary>
    protected virtual IJournalTimes<TEvent, TSnapshot>? Times => null;

    /// <summary>When the next sweep is worth its while; null when nothing is stored.</summary>
    protected abstract DateTimeOffset? NextSweep { get; }

    /// <summary>An owner that is not asked for anything is let go after this; null for one that stays.</summary>
    protected virtual long? IdleTimeout => null;

    /// <inheritdoc/>
    public override void Take(Ask ask)
    {
        if (IsGone)
        {
            return;
        }

        if (_isPassivating)
        {
            _arrivedLate.Add(ask);
            return;
        }

        _touched = Cluster.Time.Now;
        if (IsRecovering)
        {
            _arrivedEarly.Add(ask);
            return;
        }

        Cluster.Guard(Entity, () => Hand(ask));
    }

    /// <inheritdoc/>
    public override void HandOff(Action stopped)
    {
        base.HandOff(stopped);
        if (!Cluster.Disk.IsTroubled(Cluster.Time.Now))
        {
            Cluster.Guard(Entity, Owner.Stop);
            return;
        }

        KeepMemory();
        Cluster.Guard(Entity, Owner.Abandon);
    }

    /// <summary>Gives the owner what has arrived.</summary>
    protected virtual void Hand(Ask ask) =>
        Cluster.Trace?.Invoke($"{Label}: owner {Writer} takes try {ask.Try} of {ask.Request.What}");

    protected void Read(Ask ask, TQuery query, DateTimeOffset now)
    {
        Owner.Read(ask, query, now);
        if (Owner.IsIdleAndEmpty)
        {
            Passivate();
        }
    }

    private void PlanSweep()
    {
        if (_sweepIsPlanned || NextSweep is not { } at)
        {
            return;
        }

        _sweepIsPlanned = true;
        Later(Math.Max(MinSweepInterval, (long)(at - Node.Clock).TotalMilliseconds), () =>
        {
            _sweepIsPlanned = false;
            Owner.Sweep(Node.Clock);
            PlanSweep();
        });
    }

    private void PlanIdle()
    {
        if (IdleTimeout is not { } timeout)
        {
            return;
        }

        Later(Math.Max(1, _touched + timeout - Cluster.Time.Now), () =>
        {
            if (Cluster.Time.Now - _touched >= timeout)
            {
                Passivate();
            }

            PlanIdle();
        });
    }

    private void Passivate()
    {
        IsToStop = true;
        _isPassivating = true;
        Owner.StopTidily(Node.Clock);
    }

    /// <inheritdoc/>
    protected override void OnLeft() =>
        _arrivedLate.ForEach(ask => Cluster.Time.After(1, Node, () => Cluster.DeliverAgain(Node, Entity, ask)));
}
