using Akka.Cluster;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Readiness;

/// <summary>What a node knows about itself when it is asked whether it is ready. Nothing in it is secret.</summary>
internal sealed record ReadinessFacts
{
    /// <summary>How far the start has come.</summary>
    public StartPhase Phase { get; init; }

    /// <summary>The host was asked to stop.</summary>
    public bool IsStopping { get; init; }

    /// <summary>An operator has taken the node out of service.</summary>
    public bool IsDraining { get; init; }

    /// <summary>Why the node has no place in the cluster any more; null while it may have one.</summary>
    public string? Lost { get; init; }

    /// <summary>The store as messages name it; null for memory.</summary>
    public string? Place { get; init; }

    /// <summary>Whether the store answered the last look.</summary>
    public bool StoreAnswers { get; init; } = true;

    /// <summary>Since when the store is known to take no writes; null when it takes them, as far as is known.</summary>
    public DateTimeOffset? StoreAwaySince { get; init; }

    /// <summary>What the last look at the store failed with, in one line.</summary>
    public string? StoreTrouble { get; init; }

    /// <summary>
    /// What has happened to the store when another instance answers for it than before, and when that was noticed; null when nothing has
    /// lately.
    /// </summary>
    public (string What, DateTimeOffset At)? StoreChanged { get; init; }

    /// <summary>How the node announces itself to the others.</summary>
    public string Self { get; init; } = string.Empty;

    /// <summary>What the node is in the cluster; null before it was looked at.</summary>
    public MemberStatus? Status { get; init; }

    /// <summary>The seeds, without this node, and what came back from their ports.</summary>
    public IReadOnlyList<(NodeAddress Seed, PortAnswer Answer)> Seeds { get; init; } = [];

    /// <summary>Why the last node that was dialled is not of the cluster; null when it is, or did not answer at all.</summary>
    public string? Stranger { get; init; }

    /// <summary>Whether a node with the role registry is in the cluster.</summary>
    public bool HasOwners { get; init; } = true;

    /// <summary>
    /// Members of other clusters on the same database, and of this one that own namespaces, since when there are more of the others; null
    /// when there are not.
    /// </summary>
    public (int Others, int Own, DateTimeOffset Since)? AnotherCluster { get; init; }

    /// <summary>Whether a namespace was asked, and what it said is missing.</summary>
    public (bool IsAsked, ReadinessCause? Missing) Namespace { get; init; }

    /// <summary>Shards that have not answered for some time, and since when the first of them; see <see cref="ShardRound"/>.</summary>
    public (int Count, DateTimeOffset Since) SilentShards { get; init; }

    /// <summary>Peers' requests that failed lately, if not one was served; else none.</summary>
    public int FailedRequests { get; init; }

    /// <summary>Writes of namespaces that failed lately, if not one succeeded; else none.</summary>
    public int FailedWrites { get; init; }

    /// <summary>New registrations that were refused lately because the point is full.</summary>
    public int RefusedAsFull { get; init; }

    /// <summary>Which node's wall clock differs; null when none does, as far as is known.</summary>
    public string? ClocksApart { get; init; }
}
