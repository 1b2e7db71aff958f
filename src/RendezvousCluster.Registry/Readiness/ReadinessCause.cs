using System.Globalization;
using Akka.Cluster;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Readiness;

/// <summary>
/// Why a node is not ready, or what to know of one that is, for an operator: the same words in <c>/readyz</c>, <c>health</c> and the log.
///
/// Rules. It names all causes, and none that follows from another: an operator who stops the node need not look at the database, a node
/// that starts has looked at nothing yet, and while the database is away, or the node is in no cluster, namespaces do not answer. The first
/// is the one to begin with.
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

    /// <summary>
    /// So many writes have to fail, and none succeed, until that is a cause: an owner that was replaced fails once or twice.
    /// </summary>
    internal const int MinFailedWrites = 5;

    /// <summary>What stands between two causes in one line.</summary>
    internal const string Also = "; also: ";

    /// <summary>Which check it belongs to.</summary>
    public string Check => State switch
    {
        ReadinessState.Stopping or ReadinessState.Draining or ReadinessState.Lost => ReadinessFinding.InService,
        ReadinessState.Starting or ReadinessState.WarmingUp => ReadinessFinding.Started,
        ReadinessState.StoreSilent or ReadinessState.StoreChanged => ReadinessFinding.Database,
        ReadinessState.StoreRefusesWrites or ReadinessState.WritesFail => ReadinessFinding.DatabaseWrites,
        ReadinessState.NotJoined or ReadinessState.Leaving or ReadinessState.Downed or ReadinessState.NoOwners =>
            ReadinessFinding.Membership,
        ReadinessState.AnotherCluster => ReadinessFinding.OneCluster,
        ReadinessState.RequestsFail => ReadinessFinding.Requests,
        ReadinessState.TimesApart or ReadinessState.ClocksApart => ReadinessFinding.Clocks,
        ReadinessState.Full => ReadinessFinding.Capacity,
        _ => ReadinessFinding.Namespaces,
    };

    /// <summary>The causes, each of which speaks against readiness; none when the node is ready.</summary>
    public static IReadOnlyList<ReadinessCause> Of(ReadinessFacts facts)
    {
        if (OfEnd(facts) is { } end)
        {
            return [end];
        }

        ReadinessCause?[] roots = OfStart(facts) is { } start
            ? [OfDrain(facts), start]
            : [OfDrain(facts), OfStore(facts), OfMembership(facts), OfOthers(facts)];
        bool isPlaced = roots.All(cause => cause is null or { State: ReadinessState.Draining or ReadinessState.AnotherCluster });
        return [.. roots.Concat(isPlaced ? OfService(facts) : []).OfType<ReadinessCause>()];
    }

    /// <summary>What an operator should know whether or not the node is ready, and what speaks against readiness is not in it.</summary>
    public static IReadOnlyList<ReadinessCause> RemarksOn(ReadinessFacts facts)
    {
        ReadinessCause?[] remarks =
        [
            facts.SilentShards is ( > 0 and <= MaxSilentShards, var since) silent
                ? new(
                    ReadinessState.FewShardsSilent,
                    $"{Shards(silent.Count)} not answered since {Utc(since)}; requests for their namespaces fail")
                : null,
            facts.StoreChanged is var (what, at)
                ? new(
                    ReadinessState.StoreChanged,
                    $"the {Store(facts)} {what}, as seen at {Utc(at)}; it may lack what it had acknowledged, and nodes write again what "
                    + "they know")
                : null,
            facts.ClocksApart is { } apart ? new(ReadinessState.ClocksApart, apart) : null,
            facts.RefusedAsFull > 0
                ? new(
                    ReadinessState.Full,
                    "the point has as many registrations as it may: new ones are refused, and those that it has can be refreshed")
                : null,
        ];
        return OfEnd(facts) is null && OfStart(facts) is null ? [.. remarks.OfType<ReadinessCause>()] : [];
    }

    private static string Window { get; } = RecentOutcomes.Window.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);

    private static ReadinessCause? OfEnd(ReadinessFacts facts) =>
        facts.Lost is { } lost ? new(ReadinessState.Lost, lost.TrimEnd('.'))
        : facts.IsStopping ? new(ReadinessState.Stopping, "this node is stopping")
        : null;

    private static ReadinessCause? OfDrain(ReadinessFacts facts) => facts.IsDraining
        ? new(ReadinessState.Draining, "this node is draining, as an operator asked: it hands its shards over")
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

    private static ReadinessCause? OfOthers(ReadinessFacts facts) => facts.AnotherCluster is var (others, own, since)
        ? new(
            ReadinessState.AnotherCluster,
            $"another cluster of {others} has lived on the same database since {Utc(since)}, and this one has {own}: stop this one and "
            + "start it again, so that it joins")
        : null;

    private static ReadinessCause[] OfService(ReadinessFacts facts)
    {
        ReadinessCause[] causes = [.. OfNamespaces(facts).OfType<ReadinessCause>()];
        return causes is [] && facts.FailedRequests >= MinFailedRequests
            ? [new(ReadinessState.RequestsFail, $"all {facts.FailedRequests} requests that peers sent in the last {Window} s failed")]
            : causes;
    }

    private static IEnumerable<ReadinessCause?> OfNamespaces(ReadinessFacts facts) =>
    [
        facts.Namespace.IsAsked
            ? facts.Namespace.Missing
            : new(ReadinessState.WarmingUp, "this node has just joined and looks at its namespaces for the first time"),
        facts.SilentShards is ( > MaxSilentShards, var since) silent
            ? new(ReadinessState.ShardsSilent, $"{Shards(silent.Count)} not answered since {Utc(since)}")
            : null,
        facts.FailedWrites >= MinFailedWrites
            ? new(
                ReadinessState.WritesFail,
                $"the {Store(facts)} takes writes, but all {facts.FailedWrites} of namespaces in the last {Window} s failed")
            : null,
    ];

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
