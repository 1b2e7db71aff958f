using RendezvousCluster.Cluster.Tests.Faults;

namespace RendezvousCluster.Cluster.Tests.Runs;

/// <summary>What a run is made of.</summary>
internal sealed record InProcessSettings
{
    /// <summary>What everything random follows from.</summary>
    public required int Seed { get; init; }

    /// <summary>What the journal does wrong; each kind at least once.</summary>
    public IReadOnlyCollection<JournalFaultKind> Journal { get; init; } = Enum.GetValues<JournalFaultKind>();

    /// <summary>How many things happen to the nodes and their network, one after the other.</summary>
    public int NodeFaults { get; init; }

    /// <summary>Callers are busy for so long at least once things go wrong.</summary>
    public TimeSpan Busy { get; init; }

    /// <summary>How many namespaces: enough for each node to own some.</summary>
    public int Namespaces { get; init; } = 6;

    /// <summary>How many of them are so quiet that their owner leaves memory now and then.</summary>
    public int SleepyNamespaces { get; init; } = 2;

    /// <summary>Callers in each namespace: one at home at each node.</summary>
    public int CallersPerNamespace { get; init; } = 3;

    /// <summary>How long the end is waited for, at which everything has to answer.</summary>
    public TimeSpan ConfirmLimit { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>What is wrong on purpose.</summary>
    public PlantedBug Bug { get; init; }
}
