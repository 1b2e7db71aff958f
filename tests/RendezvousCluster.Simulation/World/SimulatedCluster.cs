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

    private readonly SimulatedJournal[] _journals;
    private readonly SimulatedSnapshots[] _snapshots;
    private readonly int[] _homes;
    private readonly SeededSequence _placing;
    private int _owners;

    public SimulatedCluster(Plan plan, Flaw flaw)
    {
        Plan = plan;
        Flaw = flaw;
        Names = [.. Enumerable.Range(0, plan.Settings.Namespaces).Select(ns => RendezvousNamespace.Parse($"ns{ns}"))];
        Nodes = [.. Enumerable.Range(0, plan.Settings.Nodes).Select(node => new SimulatedNode(this, node))];
        Network = new SimulatedNetwork(this);
        Triggers = new CrashTriggers(this);
        Directory = new SimulatedDirectory(this);
        Checker = new Checker(plan.Settings);
        _journals = [.. Enumerable.Range(0, plan.Settings.Namespaces).Select(ns => new SimulatedJournal(this, ns))];
        _snapshots = [.. Enumerable.Range(0, plan.Settings.Namespaces).Select(_ => new SimulatedSnapshots())];
        _homes = new int[plan.Settings.Namespaces];
        Array.Fill(_homes, -1);
        _placing = new SeededSequence(SeededSequence.Derive(plan.Seed, 5));
    }

    public Plan Plan { get; }

    public Flaw Flaw { get; }

    public VirtualTime Time { get; } = new();

    public RunStatistics Statistics { get; } = new();

    public Checker Checker { get; }

    /// <summary>Is told what happens, for people to read; null when nobody reads.</summary>
    public Action<string>? Trace { get; set; }

    public SimulatedNetwork Network { get; }

    public SimulatedDisk Disk { get; } = new();

    public SimulatedDirectory Directory { get; }

    public CrashTriggers Triggers { get; }

    public IReadOnlyList<SimulatedNode> Nodes { get; }

    public IReadOnlyList<RendezvousNamespace> Names { get; }

    public SimulatedJournal JournalOf(int ns) => _journals[ns];

    public SimulatedSnapshots SnapshotsOf(int ns) => _snapshots[ns];

    public Guid GuidOf(int writer) => new(writer, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Where a node sends what is for a namespace's owner; null when there is nobody.</summary>
    public SimulatedNode? Route(SimulatedNode from, int ns)
    {
        if (from.View is { } view)
        {
            return view[ns] < 0 ? null : Nodes[view[ns]];
        }

        if (_homes[ns] < 0 && !from.IsIsolated)
        {
            SimulatedNode[] members = [.. Nodes.Where(node => node.IsUp && !node.IsReplaced && !node.IsIsolated)];
            _homes[ns] = members.Length == 0 ? -1 : _placing.Pick(members).Index;
        }

        return _homes[ns] < 0 ? null : Nodes[_homes[ns]];
    }

    /// <summary>
    /// A question has arrived at a node. If the node takes the namespace for its own it starts an owner; else the question is lost.
    /// </summary>
    public void Deliver(SimulatedNode node, int ns, Ask ask)
    {
        int served = Flaw.ServesInstead(ns, Plan.Settings.Namespaces);
        OwnerAt(node, ns, served)?.Take(ask);
    }

    /// <summary>Wakes a namespace whose journal has got old, so that it clears it.</summary>
    public void WakeToReclaim(int ns)
    {
        if (Nodes.FirstOrDefault(node => node.IsUp && !node.IsReplaced) is { } from && Route(from, ns) is { } home)
        {
            OwnerAt(home, ns, ns)?.Reclaim();
        }
    }

    private SimulatedOwner? OwnerAt(SimulatedNode node, int ns, int served)
    {
        if (!node.Owners.TryGetValue(served, out SimulatedOwner? owner) && Route(node, ns) == node
            && (!node.IsReplaced || Plan.Settings.ReplacedNodesStartOwners))
        {
            owner = new SimulatedOwner(this, node, served, ++_owners);
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
        MoveAway(node.Index);
        int generation = node.Generation;
        Time.After(heardAfter, () =>
        {
            if (node.Generation == generation)
            {
                Crash(node, down: 500, detected: 0);
            }
        });
    }

    /// <summary>Moves an owner to another node, in good order.</summary>
    public bool TryHandOff(int ns)
    {
        if (_homes[ns] < 0 || Nodes[_homes[ns]] is not { IsReplaced: false } node || !node.Owners.TryGetValue(ns, out SimulatedOwner? owner)
            || owner.IsRecovering)
        {
            return false;
        }

        owner.HandOff(() =>
        {
            SimulatedNode[] others = [.. Nodes.Where(other => other.IsUp && !other.IsReplaced && other != node)];
            _homes[ns] = others.Length == 0 ? -1 : _placing.Pick(others).Index;
        });
        return true;
    }

    /// <summary>Runs code of the project. What it throws is a failure of the run, not of the simulator.</summary>
    public void Guard(int ns, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or NullReferenceException)
        {
            Checker.Threw(ns, exception, Time.Now);
        }
    }

    private void MoveAway(int node)
    {
        for (int ns = 0; ns < _homes.Length; ns++)
        {
            if (_homes[ns] == node)
            {
                _homes[ns] = -1;
            }
        }
    }
}
