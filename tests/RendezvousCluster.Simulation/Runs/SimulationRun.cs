using RendezvousCluster.Simulation.Flaws;
using RendezvousCluster.Simulation.Invariants;
using RendezvousCluster.Simulation.Plans;
using RendezvousCluster.Simulation.World;

namespace RendezvousCluster.Simulation.Runs;

/// <summary>
/// One run of a plan, in three parts: clients are busy and things go wrong; then nothing goes wrong any more, and everything has to answer;
/// then nobody registers, and everything has to expire and in the end to be deleted.
/// </summary>
internal sealed class SimulationRun
{
    /// <summary>
    /// When nothing goes wrong any more everything answers within this: nodes start again, failures are noticed, what was under way ends.
    /// </summary>
    internal const long SettlingTime = 45_000;

    private const long ProbeTime = 12_000;
    private const long WatchInterval = 20_000;

    private readonly SimulatedCluster _cluster;
    private readonly SimulatedClients _clients;
    private readonly FaultInjector _faults;

    private SimulationRun(Plan plan, Flaw flaw, Action<long, string>? trace)
    {
        _cluster = new SimulatedCluster(plan, flaw);
        if (trace is not null)
        {
            _cluster.Trace = text => trace(_cluster.Time.Now, text);
        }

        _clients = new SimulatedClients(_cluster);
        _faults = new FaultInjector(_cluster);
    }

    /// <summary>Runs a plan.</summary>
    /// <param name="plan">What happens.</param>
    /// <param name="flaw">The planted bug.</param>
    /// <param name="trace">Called with the millisecond and the text of each thing that happens.</param>
    public static RunResult Run(Plan plan, Flaw? flaw = null, Action<long, string>? trace = null) =>
        new SimulationRun(plan, flaw ?? Flaw.None, trace).Run();

    private RunResult Run()
    {
        _faults.Plan();
        _clients.Plan();
        new SimulatedJanitor(_cluster).Start();
        bool whole = RunUntil(_cluster.Plan.Settings.Duration)
            && Heal()
            && RunUntil(_cluster.Time.Now + SettlingTime + _cluster.Checker.WidestSkew)
            && Probe()
            && RunUntil(_cluster.Time.Now + ProbeTime)
            && Expire();
        _cluster.Statistics.Ended(_cluster.Time.Steps, _cluster.Time.Now);
        return new RunResult(_cluster.Plan, _cluster.Checker.Violation, _cluster.Time.Steps, _cluster.Statistics, whole);
    }

    private bool RunUntil(long time)
    {
        while (_cluster.Checker.Violation is null && _cluster.Time.Step(time))
        {
        }

        return _cluster.Checker.Violation is null;
    }

    private bool Heal()
    {
        _faults.Heal();
        return true;
    }

    // Every namespace has to answer at every node, and to take a registration.
    private bool Probe()
    {
        SimulationSettings settings = _cluster.Plan.Settings;
        for (int ns = 0; ns < settings.Namespaces; ns++)
        {
            for (int node = 0; node < settings.Nodes; node++)
            {
                Require(new Operation(
                    -1, 0, OperationKind.Discover, 0, ns, node, 0, 0, 1000, SeededSequence.Derive(_cluster.Plan.Seed, (ulong)(ns + 7))));
            }

            // Higher than any version that was planned.
            Require(new Operation(
                -1, 0, OperationKind.Register, ns % settings.Peers, ns, ns % settings.Nodes, 1_000_000, 30, 0, _cluster.Plan.Seed));
        }

        for (int part = 0; part < SimulatedDirectory.Parts; part++)
        {
            for (int node = 0; node < settings.Nodes; node++)
            {
                Require(List(part, node, SeededSequence.Derive(_cluster.Plan.Seed, (ulong)(part + 70))));
            }
        }

        return true;
    }

    private static Operation List(int part, int node, ulong seed) => new(-1, 0, OperationKind.List, 0, part, node, 0, 0, 1000, seed);

    private void Require(Operation operation) => _clients.Do(operation, done =>
    {
        if (!done)
        {
            _cluster.Checker.NotAnswered($"{operation} was not answered though nothing goes wrong any more", _cluster.Time.Now);
        }
    });

    private bool Expire()
    {
        for (long watched = 0; watched <= SimulatedJanitor.LongestTtl + (2 * WatchInterval); watched += WatchInterval)
        {
            if (!RunUntil(_cluster.Time.Now + WatchInterval))
            {
                return false;
            }

            for (int ns = 0; ns < _cluster.Plan.Settings.Namespaces; ns++)
            {
                int node = (int)(watched / WatchInterval) % _cluster.Plan.Settings.Nodes;
                Require(new Operation(-1, 0, OperationKind.Discover, 0, ns, node, 0, 0, 1000, _cluster.Plan.Seed + (ulong)watched));
            }

            for (int part = 0; part < SimulatedDirectory.Parts; part++)
            {
                Require(List(part, (int)(watched / WatchInterval) % _cluster.Plan.Settings.Nodes, _cluster.Plan.Seed + (ulong)watched));
            }
        }

        bool quiet = RunUntil(_cluster.Time.Now + WatchInterval);
        foreach (SimulatedOwner owner in _cluster.Nodes.SelectMany(node => node.Owners.Values).OfType<SimulatedOwner>())
        {
            if (quiet && owner.State is { IsEmpty: false } state)
            {
                _cluster.Checker.Left(
                    $"{state.Namespace}: {state.Count} registrations are in memory at node {owner.Node.Index} after all have expired",
                    _cluster.Time.Now);
            }
        }

        return quiet
            && RunUntil(_cluster.Time.Now + SimulatedJanitor.Age + SimulatedJanitor.ListingMargin + (4 * SimulatedJanitor.Interval))
            && NothingIsListed()
            && JournalsAreEmpty();
    }

    private bool NothingIsListed()
    {
        foreach (SimulatedPart part in _cluster.Nodes.SelectMany(node => node.Owners.Values).OfType<SimulatedPart>())
        {
            if (part.Count > 0)
            {
                _cluster.Checker.Left($"{part.Label}: {part.Count} namespaces are listed at node {part.Node.Index}", _cluster.Time.Now);
            }
        }

        return _cluster.Checker.Violation is null;
    }

    private bool JournalsAreEmpty()
    {
        for (int entity = 0; entity < _cluster.EntityCount; entity++)
        {
            (int events, int snapshots) = (_cluster.AnyJournalOf(entity).EventCount, _cluster.AnyJournalOf(entity).SnapshotCount);
            if (events + snapshots > 0)
            {
                _cluster.Checker.Left(
                    $"{_cluster.LabelOf(entity)}: {events} events and {snapshots} snapshots are left after all registrations have expired",
                    _cluster.Time.Now);
            }
        }

        return _cluster.Checker.Violation is null;
    }
}
