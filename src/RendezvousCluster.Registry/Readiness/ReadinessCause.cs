using System.Globalization;
using Akka.Cluster;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Readiness;

/// <summary>
/// Why a node is not ready, for an operator: one line, the same in <c>/readyz</c>, <c>health</c> and the log. Of several reasons it names
/// the one that the others follow from: an operator who stops the node need not look at the database, and while that is away namespaces do
/// not answer.
/// </summary>
/// <param name="State">The cause in a word.</param>
/// <param name="Text">The cause in a sentence, without a secret and without a full stop.</param>
internal sealed record ReadinessCause(ReadinessState State, string Text)
{
    /// <summary>
    /// More silent shards than this, an eighth of all, and the node is not ready. A few are only remarked on; requests for the other shards
    /// are not turned away for them.
    /// </summary>
    internal const int MaxSilentShards = EntityIds.ShardCount / 8;

    /// <summary>So many of peers' requests have to fail, and none succeed, until that is a cause.</summary>
    internal const int MinFailedRequests = 10;

    /// <summary>The cause; null when nothing speaks against readiness.</summary>
    public static ReadinessCause? Of(ReadinessFacts facts) =>
        OfEnds(facts) ?? OfStart(facts) ?? OfStore(facts) ?? OfMembership(facts) ?? OfService(facts);

    /// <summary>What an operator should know of a node that is ready all the same; null when there is nothing.</summary>
    public static string? RemarkOn(ReadinessFacts facts) =>
        facts.SilentShards is (> 0, var since) silent
            ? $"{Shards(silent.Count)} not answered since {Utc(since)}; requests for their namespaces fail"
        : facts.StoreChanged is var (what, at)
            ? $"the {Store(facts)} {what}, as seen at {Utc(at)}; it may lack what it had acknowledged, and nodes write again what they know"
        : null;

    private static ReadinessCause? OfEnds(ReadinessFacts facts) =>
        facts.Lost is { } lost ? new(ReadinessState.Lost, lost.TrimEnd('.'))
        : facts.IsStopping ? new(ReadinessState.Stopping, "this node is stopping")
        : facts.IsDraining ? new(ReadinessState.Draining, "this node is draining, as an operator asked: it hands its shards over")
        : null;

    private static ReadinessCause? OfStart(ReadinessFacts facts) => facts.Phase switch
    {
        StartPhase.NotStarted => new(ReadinessState.Starting, "this node is starting"),
        StartPhase.OpeningStore =>
            new(ReadinessState.Starting, $"this node is starting: it opens {(facts.Place is null ? "its store" : $"the {facts.Place}")}"),
        StartPhase.StartingRegions => new(ReadinessState.Starting, "this node is starting its registry"),
        StartPhase.WarmingUp => new(ReadinessState.WarmingUp, "this node is warming up: it warms a namespace up before it joins"),
        StartPhase.Joining => new(ReadinessState.Starting, "this node is about to join its cluster"),
        StartPhase.WaitingToFound => new(
            ReadinessState.Starting,
            $"a cluster lives on the {Store(facts)} or did a moment ago, and this node, which knows of none of its nodes, waits for its "
            + "end"),
        _ => null,
    };

    private static ReadinessCause? OfStore(ReadinessFacts facts)
    {
        if (facts.StoreAnswers && facts.StoreAwaySince is null)
        {
            return null;
        }

        string since = facts.StoreAwaySince is { } start ? $" since {Utc(start)}" : string.Empty;
        string trouble = facts.StoreTrouble is { } reason ? $": {reason.TrimEnd('.')}" : string.Empty;
        return facts.StoreAnswers
            ? new(ReadinessState.StoreRefusesWrites, $"the {Store(facts)} has taken no writes{since}{trouble}")
            : new(ReadinessState.StoreSilent, $"the {Store(facts)} has not answered{since}{trouble}");
    }

    private static ReadinessCause? OfMembership(ReadinessFacts facts) => facts.Status switch
    {
        null => new(ReadinessState.WarmingUp, "this node has just joined and looks at its namespaces for the first time"),
        MemberStatus.Leaving or MemberStatus.Exiting => new(ReadinessState.Leaving, "this node is leaving the cluster"),
        MemberStatus.Down => new(ReadinessState.Downed, "the others have put this node out of the cluster"),
        MemberStatus.Up when !facts.HasOwners => new(ReadinessState.NoOwners, "no node with the role registry is in the cluster"),
        MemberStatus.Up => null,
        _ => new(ReadinessState.NotJoined, facts.Seeds.Count == 0
            ? "this node has not joined its own cluster yet"
            : $"no seed has taken this node in as {facts.Self} yet: {string.Join(", ", facts.Seeds.Select(Describe))}{Stranger(facts)}"),
    };

    private static ReadinessCause? OfService(ReadinessFacts facts) => facts switch
    {
        { AnotherCluster: var (others, own, since) } => new(
            ReadinessState.AnotherCluster,
            $"another cluster of {others} has lived on the same database since {Utc(since)}, and this one has {own}: stop this one and "
            + "start it again, so that it joins"),
        { Namespace: (false, _) } =>
            new(ReadinessState.WarmingUp, "this node has just joined and looks at its namespaces for the first time"),
        { Namespace: (true, { } missing) } => new(ReadinessState.NamespaceSilent, missing),
        { SilentShards: ( > MaxSilentShards, var since) silent } => new(
            ReadinessState.ShardsSilent, $"{Shards(silent.Count)} not answered since {Utc(since)}"),
        { FailedRequests: >= MinFailedRequests and var failed } => new(
            ReadinessState.RequestsFail,
            $"all {failed} requests that peers sent in the last {PeerOutcomes.Window.TotalSeconds:0} s failed"),
        _ => null,
    };

    private static string Describe((NodeAddress Seed, PortAnswer Answer) seed) => seed.Answer switch
    {
        PortAnswer.Refusal => $"{seed.Seed} refuses connections",
        PortAnswer.Acceptance => $"{seed.Seed} accepts connections",
        _ => $"{seed.Seed} does not answer",
    };

    private static string Stranger(ReadinessFacts facts) => facts.Stranger is { } stranger ? $"; {stranger}" : string.Empty;

    private static string Store(ReadinessFacts facts) => facts.Place ?? "store";

    private static string Shards(int count) => count == 1
        ? $"1 of the {EntityIds.ShardCount} shards of namespaces has"
        : $"{count} of the {EntityIds.ShardCount} shards of namespaces have";

    private static string Utc(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
