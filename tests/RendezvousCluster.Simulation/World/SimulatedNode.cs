using RendezvousCluster.Core;
using RendezvousCluster.Core.Clocks;

namespace RendezvousCluster.Simulation.World;

/// <summary>One process of the cluster: a clock, a front end, the owners that live in it. When it dies all of that is gone.</summary>
internal sealed class SimulatedNode
{
    /// <summary>As UpkeepOptions.ClockBelief, with an hour as long as a minute.</summary>
    internal static readonly TimeSpan Belief = TimeSpan.FromMinutes(1);

    private readonly SimulatedCluster _cluster;
    private readonly Dictionary<object, (long At, object Reply)> _remembered = [];

    private long _stoodStill;
    private WallClockHistory _wallClock = new(Belief);
    private Guid _run;
    private long _startedAt;

    public SimulatedNode(SimulatedCluster cluster, int index)
    {
        _cluster = cluster;
        Index = index;
        FrontEnd = new SimulatedFrontEnd(cluster, this);
        _run = cluster.Plan.Settings.HasOneTime ? cluster.GuidOf(-1) : OwnRun;
    }

    public int Index { get; }

    /// <summary>Counts the lives of the process: what an earlier one had planned does not happen.</summary>
    public int Generation { get; private set; }

    public bool IsUp { get; private set; } = true;

    /// <summary>It stands still until then.</summary>
    public long PausedUntil { get; set; }

    /// <summary>Its machine is suspended until then, and the clocks of the process stand still.</summary>
    public long SuspendedUntil { get; private set; }

    /// <summary>What a clock that stands still with the machine has measured.</summary>
    public long Elapsed => _cluster.Time.Now - _stoodStill;

    /// <summary>It is cut off from the other nodes until then.</summary>
    public long IsolatedUntil { get; set; }

    public bool IsIsolated => IsolatedUntil > _cluster.Time.Now;

    /// <summary>Whether the others have taken it for dead and go on without it, and it does not know.</summary>
    public bool IsReplaced => View is not null;

    /// <summary>The last time at which it was replaced and did not know; -1 when that never was.</summary>
    public long ReplacedLast { get; private set; } = -1;

    /// <summary>When it was last replaced; -1 when it never was.</summary>
    public long ReplacedAt { get; private set; } = -1;

    /// <summary>Where it believes the owners to live, while it is replaced; null when it knows what the others know.</summary>
    public int[]? View { get; private set; }

    /// <summary>How far its clock is ahead, in milliseconds.</summary>
    public long ClockOffset { get; set; }

    public SimulatedFrontEnd FrontEnd { get; private set; }

    /// <summary>By the number of what they own: a namespace or a part of the directory.</summary>
    public SortedDictionary<int, SimulatedShell> Owners { get; } = [];

    /// <summary>
    /// How far its wall clock is ahead of that, in milliseconds: somebody has set it while the process ran, or it was wrong at the start,
    /// and the process goes by the time of the cluster.
    /// </summary>
    public long WallAhead { get; set; }

    /// <summary>What the clock says that it goes by.</summary>
    public DateTimeOffset Clock => SimulatedCluster.Epoch.AddMilliseconds(
        _cluster.Time.Now + ClockOffset + (_cluster.Flaw.GoesByTheWallClock ? WallAhead : 0));

    /// <summary>Whether a read that began at that time may have been answered by a node that had been replaced.</summary>
    public bool WasReplacedSince(long time) => IsReplaced || ReplacedLast >= time;

    private TimeSpan SinceStart => TimeSpan.FromMilliseconds(_cluster.Time.Now - _startedAt);

    private Guid OwnRun => _cluster.GuidOf(-1 - Index - (Generation * _cluster.Plan.Settings.Nodes));

    /// <summary>Looks at both clocks, as RegistryClock does.</summary>
    public ClockReading LookAtClocks()
    {
        _wallClock.Look(SinceStart, TimeSpan.FromMilliseconds(WallAhead));
        (TimeSpan lowest, TimeSpan highest) = _wallClock.Range(SinceStart);
        return new ClockReading(
            Clock, _run, lowest, highest, _wallClock.LowestEver, Clock - SinceStart + _wallClock.BelievesFrom);
    }

    /// <summary>Somebody sets its wall clock right; the machine's, so also while the process is down.</summary>
    public void SetWallRight() => WallAhead = -ClockOffset;

    /// <summary>The run begins with a wall clock that is wrong, and a process that goes by the time of the cluster.</summary>
    public void BeginApart(long ahead)
    {
        WallAhead = ahead;
        _wallClock.Move(TimeSpan.FromMilliseconds(-ahead));
    }

    /// <summary>The others have gone on without it.</summary>
    public void Replace(int[] view)
    {
        _cluster.Trace?.Invoke($"node {Index} is replaced and does not know");
        View = view;
        ReplacedAt = ReplacedLast = _cluster.Time.Now;
    }

    /// <summary>Its machine is suspended. Nothing in it looks at a clock before that is over.</summary>
    public void Suspend(long duration)
    {
        SuspendedUntil = _cluster.Time.Now + duration;
        _stoodStill += duration;
    }

    /// <summary>The machine goes on, if it is suspended, earlier than it would.</summary>
    public void Resume()
    {
        _stoodStill -= Math.Max(0, SuspendedUntil - _cluster.Time.Now);
        SuspendedUntil = 0;
    }

    /// <summary>It dies.</summary>
    public void Crash()
    {
        if (!IsUp)
        {
            return;
        }

        _cluster.Trace?.Invoke($"node {Index} dies");
        IsUp = false;
        Generation++;
        PausedUntil = 0;
        Resume();
        EndReplacement();
        _cluster.Memories.Lost(this);
        foreach (SimulatedShell owner in Owners.Values)
        {
            owner.Vanish();
        }

        Owners.Clear();
        FrontEnd.Vanish();
        FrontEnd = new SimulatedFrontEnd(_cluster, this);
    }

    /// <summary>It starts again, empty.</summary>
    public void Start()
    {
        _cluster.Trace?.Invoke($"node {Index} starts");
        IsUp = true;
        _startedAt = _cluster.Time.Now;
        _wallClock = new WallClockHistory(Belief);
        _run = OwnRun;
        if (_cluster.Plan.Settings.HasOneTime)
        {
            TakeTimeOver(ClockOffset + WallAhead, [.. _cluster.Nodes.Where(other => other != this && other.IsUp)]);
        }
    }

    /// <summary>A reply that was given to the same question within the last ten seconds, else this one; for flaws.</summary>
    internal object Remembered(object question, object reply)
    {
        object key = question is DiscoverQuery query ? (query.Namespace, query.AfterRevision, query.Limit) : question;
        if (_remembered.TryGetValue(key, out (long At, object Reply) earlier) && _cluster.Time.Now - earlier.At < 10_000)
        {
            return earlier.Reply;
        }

        _remembered[key] = (_cluster.Time.Now, reply);
        return reply;
    }

    // As ClusterTime does. A steady clock begins with the wall clock.
    private void TakeTimeOver(long wall, SimulatedNode[] members)
    {
        SimulatedNode? oldest = _cluster.Flaw.IgnoresTheTimeOfTheCluster ? null : members.FirstOrDefault();
        _run = oldest is null || _cluster.Flaw.KeepsItsOwnRun ? OwnRun : oldest._run;
        ClockOffset = oldest?.ClockOffset ?? wall;
        BeginApart(wall - ClockOffset);
        foreach (SimulatedNode member in members)
        {
            (TimeSpan lowest, TimeSpan highest) = member._wallClock.OwnRange(member.SinceStart);
            var ahead = TimeSpan.FromMilliseconds(member.ClockOffset - ClockOffset);
            _wallClock.Hear(TimeSpan.Zero, lowest + ahead, highest + ahead);
        }
    }

    private void EndReplacement()
    {
        if (IsReplaced)
        {
            ReplacedLast = _cluster.Time.Now;
            View = null;
        }
    }
}
