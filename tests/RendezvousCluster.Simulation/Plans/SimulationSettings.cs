namespace RendezvousCluster.Simulation.Plans;

/// <summary>The size of a run, and what may go wrong in it.</summary>
internal sealed record SimulationSettings
{
    public int Nodes { get; init; } = 3;

    public int Namespaces { get; init; } = 3;

    /// <summary>Peers that register.</summary>
    public int Peers { get; init; } = 8;

    /// <summary>Clients that follow a namespace by its cookies.</summary>
    public int Followers { get; init; } = 6;

    /// <summary>Operations planned.</summary>
    public int Operations { get; init; } = 2_000;

    /// <summary>Operations planned at the directory besides: one for five of clients, unless more are wanted.</summary>
    public int DirectoryOperations
    {
        get => field > 0 ? field : Operations / 5;
        init;
    }

    /// <summary>For how long clients are busy and things go wrong, in milliseconds.</summary>
    public long Duration { get; init; } = 600_000;

    /// <summary>
    /// Whether a node that has been replaced, and does not know, starts owners anew. Such an owner fences off its rightful successor, which
    /// then reads as if what is registered at the replaced node were not there, until its own next write collides.
    /// </summary>
    public bool ReplacedNodesStartOwners { get; init; }

    /// <summary>Faults come so many times as often.</summary>
    public int Haste { get; init; } = 1;

    /// <summary>Only these kinds of fault; null for all of the families.</summary>
    public IReadOnlyList<FaultKind>? Only { get; init; }

    /// <summary>Which kinds of fault are planned; none makes a calm run, in which promises are exact.</summary>
    public FaultFamilies Families { get; init; }

    /// <summary>Whether wall clocks are wrong, and processes go by the time of the cluster.</summary>
    public bool HasOneTime => Families.HasFlag(FaultFamilies.WallClocks);

    /// <summary>Whether anything goes wrong but wall clocks, from which nothing may follow.</summary>
    public bool HasOtherFaults => (Families & ~FaultFamilies.WallClocks) != FaultFamilies.None;
}
