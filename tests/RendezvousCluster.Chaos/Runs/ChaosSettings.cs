using RendezvousCluster.Chaos.Cluster;
using RendezvousCluster.Chaos.Faults;
using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Runs;

/// <summary>What a run is made of.</summary>
internal sealed record ChaosSettings
{
    /// <summary>What everything random follows from.</summary>
    public required int Seed { get; init; }

    /// <summary>Faults begin for so long; every kind comes at least once, however long that takes.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.Zero;

    /// <summary>What goes wrong.</summary>
    public IReadOnlyList<FaultKind> Kinds { get; init; } = [.. FaultPlan.Names.Values];

    /// <summary>How many namespaces: enough for each node to own some.</summary>
    public int Namespaces { get; init; } = 12;

    /// <summary>Peers that want more than their quota.</summary>
    public int QuotaPeers { get; init; } = 3;

    /// <summary>The settings of the servers; small numbers by default.</summary>
    public NodeSettings Server { get => field ?? NodeSettings.Small(NetworkFaults.NeedNamespaces(Kinds)); init; }

    /// <summary>Whether the run goes on until everything has expired and is cleared away: more than three minutes.</summary>
    public bool ToTheEnd { get; init; }

    /// <summary>Clients in each namespace; each has a node that it prefers.</summary>
    public int ClientsPerNamespace { get; init; } = 3;

    /// <summary>
    /// Whether each namespace is asked every few milliseconds, so that gaps are known as exactly: that keeps the machine busy.
    /// </summary>
    public bool Probes { get; init; }

    /// <summary><c>fast</c> or <c>calm</c>: see the server's options.</summary>
    public string FailureDetection { get; init; } = "fast";

    /// <summary>
    /// How long a question of a node to another and its answer are on their way, at most; zero: no time. Not where the network is cut:
    /// proxies are beside it.
    /// </summary>
    public TimeSpan RoundTrip { get; init; }

    /// <summary>How long the others have to take over from a node that died before it comes back.</summary>
    public TimeSpan Failover => FailureDetection == "fast" ? TimeSpan.FromSeconds(8) : TimeSpan.FromSeconds(22);

    /// <summary>Where the history goes if a promise is broken.</summary>
    public string HistoryFolder { get; init; } = Path.GetTempPath();
}
