using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Simulation.Flaws;
using RendezvousCluster.Simulation.Invariants;
using RendezvousCluster.Simulation.Plans;
using RendezvousCluster.Simulation.Runs;

namespace RendezvousCluster.Simulation.World;

/// <summary>
/// The simulated world: nodes, network, journals, directory, and who is believed to live where. The owners in it are the real ones.
/// Everything happens on one thread, one step after another.
/// </summary>
internal sealed class SimulatedCluster
{
    /// <summary>When a run begins.</summary>
    internal static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SimulatedJournal<NamespaceEvent, NamespaceSnapshot>[] _journals;
    private readonly int[] _homes;
    private readonly SeededSequence _placing;
    private int _owners;
    private long _pausedLast = long.MinValue;

    public SimulatedCluster(Plan plan, Flaw flaw)
    {
        Plan = plan;
        Flaw = flaw;
        Names = [.. Enumerable.Range(0, plan.Settings.Namespaces).Select(ns => RendezvousNamespace.Parse($"ns{ns}"))];
        Nodes = [.. Enumerable.Range(0, plan.Settings.Nodes).Select(node => new SimulatedNode(this, node))];
        Network = new SimulatedNetwork(this);
        Triggers = new CrashTriggers(this);
        Losses = new SimulatedLosses(this);
        Memories = new SimulatedMemories(this);
        Checker = new Checker(plan.Settings);
        Directory = new SimulatedDirectory(this);
        _journals =
        [
            .. Enumerable.Range(0, plan.Settings.Namespaces).Select(ns => new SimulatedJournal<NamespaceEvent, NamespaceSnapshot>(
                this,
                ns,
                @event => @event is Opened { Fresh: true } ? "Opened afresh" : @event.GetType().Name,
                @event => @event is Opened { Fresh: true },
                @event => Checker.RegistrationWritten(Names[ns], @event, Time.Now))),
        ];
        _homes = new int[EntityCount];
        Array.Fill(_homes, -1);
        _placing = new SeededSequence(SeededSequence.Derive(plan.Seed, 5));
    }

    public Plan Plan { get; }

    public Flaw Flaw { get; }

    public VirtualTime Time { get; } = new();

    public RunStatistics Statistics { get; } = new();

    public Checker Checker { get; }

    /// <summary>Called with each thing that happens, for people to read; null when nobody reads.</summary>
    public Action<string>? Trace { get; set; }

    public SimulatedNetwork Network { get; }

    public SimulatedDisk Disk { get; } = new();

    public SimulatedDirectory Directory { get; }

    public CrashTriggers Triggers { get; }

    public SimulatedLosses Losses { get; }

    public SimulatedMemories Memories { get; }

    public IReadOnlyList<SimulatedNode> Nodes { get; }

    public IReadOnlyList<RendezvousNamespace> Names { get; }

    /// <summary>How many namespaces and parts of the directory there are; each has a number, parts behind namespaces.</summary>
    public int EntityCount => Names.Count + SimulatedDirectory.Parts;

    public SimulatedJournal<NamespaceEvent, NamespaceSnapshot> JournalOf(int ns) => _journals[ns];

    public ISimulatedJournal AnyJournalOf(int entity) =>
        entity < Names.Count ? _journals[entity] : Directory.JournalOf(entity - Names.Count);

    /// <summary>A namespace or a part of the directory, for people.</summary>
    public string LabelOf(int entity) => entity < Names.Count ? $"ns{entity}" : $"part{entity - Names.Count}";

    public Guid GuidOf(int writer) => new(writer, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Where a node sends what is for an owner; null when there is nobody.</summary>
    public SimulatedNode? Route(SimulatedNode from, int entity)
    {
        if (from.View is { } view)
        {
            return view[entity] < 0 ? null : Nodes[view[entity]];
        }

        if (_homes[entity] < 0 && !from.IsIsolated)
        {
            SimulatedNode[] members = [.. Nodes.Where(node => node.IsUp && !node.IsReplaced && !node.IsIsolated)];
            _homes[entity] = members.Length == 0 ? -1 : _placing.Pick(members).Index;
        }

        return _homes[entity] < 0 ? null : Nodes[_homes[entity]];
    }

    /// <summary>
    /// A question has arrived at a node. If the node takes what is asked for its own it starts an owner; else the question is lost.
    /// </summary>
    public void Deliver(SimulatedNode node, int entity, Ask ask)
    {
        int served = entity < Names.Count ? Flaw.ServesInstead(entity, Names.Count) : entity;
        OwnerAt(node, entity, served)?.Take(ask);
    }

    /// <summary>A question that came for an owner while that was being let go.</summary>
    public void DeliverAgain(SimulatedNode node, int entity, Ask ask) => OwnerAt(node, entity, entity)?.Take(ask);

    /// <summary>Wakes the owner of a journal that has got old, so that it clears it.</summary>
    public void WakeToReclaim(int entity)
    {
        if (Nodes.FirstOrDefault(node => node.IsUp && !node.IsReplaced) is { } from && Route(from, entity) is { } home)
        {
            OwnerAt(home, entity, entity)?.Reclaim();
        }
    }

    private SimulatedShell? OwnerAt(SimulatedNode node, int entity, int served)
    {
        if (!node.Owners.TryGetValue(served, out SimulatedShell? owner) && node.IsUp && Route(node, entity) == node
            && (!node.IsReplaced || Plan.Settings.ReplacedNodesStartOwners))
        {
            owner = served < Names.Count
                ? new SimulatedOwner(this, node, served, ++_owners)
                : new SimulatedPart(this, node, served - Names.Count, ++_owners);
            node.Owners.Add(served, owner);
        }

        return owner;
    }

    /// <summary>
    /// Whether what a front end answers to a request that began at that time may come from an owner that had been replaced: because the
    /// front end itself is on such a node, or because the question had been sent to one before.
    /// </summary>
    public bool MayBeStale(SimulatedNode frontEnd, long since)
    {
        bool stale = frontEnd.WasReplacedSince(since);
        for (int i = 0; i < Nodes.Count && !stale; i++)
        {
            stale = Nodes[i].ReplacedAt >= since;
        }

        return stale;
    }

    /// <summary>A node stands still until then.</summary>
    public void Pause(SimulatedNode node, long until)
    {
        node.PausedUntil = until;
        _pausedLast = Math.Max(_pausedLast, until);
    }

    /// <summary>Whether a node stood still at that time or later.</summary>
    public bool WasPausedSince(long time) => _pausedLast >= time;

    /// <summary>
    /// Whether a node may die. With its last member the time of a cluster ends; what follows from wall clocks then is shown elsewhere.
    /// </summary>
    public bool MayDie(SimulatedNode node) => !Plan.Settings.HasOneTime || Nodes.Any(other => other != node && other.IsUp);

    /// <summary>A node dies, is found dead after a while, and starts again after another.</summary>
    public void Crash(SimulatedNode node, long down, long detected)
    {
        if (!node.IsUp)
        {
            return;
        }

        node.Crash();
        int generation = node.Generation;
        Time.After(Math.Min(down, detected), () => MoveAway(node.Index));
        Time.After(down, () => Start(node, generation));
    }

    // A node that is cut off cannot join.
    private void Start(SimulatedNode node, int generation)
    {
        if (node.Generation != generation || node.IsUp)
        {
            return;
        }

        if (node.IsIsolated)
        {
            Time.After(node.IsolatedUntil - Time.Now, () => Start(node, generation));
        }
        else
        {
            node.Start();
        }
    }

    /// <summary>The others take a node for dead, and go on without it, until it hears of it and starts again.</summary>
    public void Replace(SimulatedNode node, long heardAfter)
    {
        if (!node.IsUp || node.IsReplaced)
        {
            return;
        }

        node.Replace([.. _homes]);
        Memories.Lost(node);
        Losses.Replaced(node);
        MoveAway(node.Index);
        int generation = node.Generation;
        Time.After(heardAfter, () => EndReplaced(node, generation));
    }

    /// <summary>A node that was replaced hears of it, and starts again when it may die.</summary>
    public void EndReplaced(SimulatedNode node, int generation)
    {
        if (node.Generation == generation && MayDie(node))
        {
            Crash(node, down: 500, detected: 0);
        }
        else if (node.Generation == generation)
        {
            Time.After(500, () => EndReplaced(node, generation));
        }
    }

    /// <summary>Moves an owner to another node, in good order.</summary>
    public bool TryHandOff(int entity)
    {
        if (_homes[entity] < 0 || Nodes[_homes[entity]] is not { IsReplaced: false } node
            || !node.Owners.TryGetValue(entity, out SimulatedShell? owner) || owner.IsRecovering)
        {
            return false;
        }

        owner.HandOff(() =>
        {
            Memories.HandOver(entity, node);
            SimulatedNode[] others = [.. Nodes.Where(other => other.IsUp && !other.IsReplaced && other != node)];
            _homes[entity] = others.Length == 0 ? -1 : _placing.Pick(others).Index;
        });
        return true;
    }

    /// <summary>Runs code of the project. An exception of it is a failure of the run, not of the simulator.</summary>
    public void Guard(int entity, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or NullReferenceException)
        {
            Checker.Threw(LabelOf(entity), exception, Time.Now);
        }
    }

    private void MoveAway(int node)
    {
        for (int entity = 0; entity < _homes.Length; entity++)
        {
            if (_homes[entity] == node)
            {
                _homes[entity] = -1;
            }
        }
    }
}
