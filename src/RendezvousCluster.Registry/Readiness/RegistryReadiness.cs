using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Registry.Clocks;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Links;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Readiness;

/// <summary>
/// Finds out when the registry serves, and looks again every <see cref="LookInterval"/>: this node is up in the cluster, a DISCOVER goes
/// all the way through the shard region to an entity and back, the database answers and takes writes, no larger cluster lives on it, and
/// peers' requests do not all fail. Beside that it goes round the shards (<see cref="ShardRound"/>). It finds facts, and
/// <see cref="ReadinessCause"/> says what follows from them.
/// </summary>
/// <remarks>
/// An entity that is awake serves reads without the database; a node without it is still not ready, because it takes no registrations.
/// </remarks>
internal sealed partial class RegistryReadiness(
    INodeRegions regions,
    StoreHealth health,
    Strangers strangers,
    OtherClusters others,
    ClocksApart clocks,
    INodeDrain drain,
    ReadinessSettings settings,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<RegistryReadiness> logger) : IRegistryReadiness
{
    /// <summary>An orchestrator asks every few seconds; a look costs one message and one query.</summary>
    internal static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);

    /// <summary>
    /// If nobody has written, a write is tried so often: a disk that is full, or a database that has become a copy of another one, answers
    /// every question as ever, and a node that nobody writes through would be ready until the first peer does.
    /// </summary>
    internal static readonly TimeSpan WriteLookInterval = TimeSpan.FromSeconds(10);

    /// <summary>For so long a node that is ready remarks that another instance answers for its store than before.</summary>
    internal static readonly TimeSpan ChangeIsNews = TimeSpan.FromHours(1);

    // For how long something has been so does not depend on who sets the clock meanwhile.
    internal static readonly TimeProvider Steady = new SteadyTimeProvider(MachineTimeProvider.Instance);

    /// <summary>Until it is ready for the first time it looks more often: a server that starts is waited for.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// A node that starts is not ready at first, and warns of it only after this time: joining takes seconds on a busy machine.
    /// </summary>
    private static readonly TimeSpan QuietStart = TimeSpan.FromSeconds(15);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ShardRound _round = new();
    private readonly NamespaceProbe _probe = new(regions, time);
    private readonly FindingTimes _times = new(Steady);
    private volatile ReadinessFacts _facts = new();
    private Task _going = Task.CompletedTask;
    private volatile IRegistryStore? _store;
    private StoreInstance? _instance;
    private long? _wroteAt;
    private long _commits;

    /// <summary>
    /// False from the moment that the host begins to stop, so that a load balancer turns away before connections are closed.
    /// </summary>
    public bool IsReady => Cause is null;

    /// <inheritdoc/>
    public IReadOnlyList<ReadinessFinding> Findings
    {
        get
        {
            ReadinessFacts facts = Now(_facts);
            return _times.Date(ReadinessCause.Of(facts), ReadinessCause.RemarksOn(facts));
        }
    }

    /// <inheritdoc/>
    public string? WhyNotReady => Join(Findings.Where(finding => finding.IsAgainst));

    /// <inheritdoc/>
    public string? Remark
    {
        get
        {
            IReadOnlyList<ReadinessFinding> findings = Findings;
            return findings.Any(finding => finding.IsAgainst) ? null : Join(findings);
        }
    }

    // The one to begin with; null when the node is ready.
    private ReadinessCause? Cause => ReadinessCause.Of(Now(_facts)) is [var first, ..] ? first : null;

    /// <inheritdoc/>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    /// <summary>The start has come so far.</summary>
    public void Entered(StartPhase phase, string? place = null) => _facts = _facts with { Phase = phase, Place = place ?? _facts.Place };

    /// <summary>The start failed, or the node is out of the cluster: callers that wait learn why, and it never becomes ready.</summary>
    public void StartFailed(RegistryStartException reason)
    {
        _facts = _facts with { Lost = reason.Message };
        _ready.TrySetException(reason);
    }

    /// <summary>
    /// Looks until the registry serves, or for <see cref="ReadinessSettings.ReadyTimeout"/>, and from then on now and then. Does not throw;
    /// the outcome is for those who wait.
    /// </summary>
    public async Task WatchAsync(ActorSystem system, IRegistryStore? store, CancellationToken stopping)
    {
        Entered(StartPhase.Joined, store?.Place);
        _store = store;
        try
        {
            if (await BecomeReadyAsync(system, store, stopping).ConfigureAwait(false))
            {
                await LookOnAsync(system, store, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            _ready.TrySetCanceled(CancellationToken.None);
        }
        catch (Exception exception)
        {
            // The looking has ended, so the node may not report that all is well.
            var cause = new ReadinessCause(
                ReadinessState.NamespaceSilent, $"the check whether this node serves has failed: {exception.Message}");
            _facts = _facts with { Namespace = (true, cause) };
            LogLost(logger, cause.Text);
            _ready.TrySetException(new RegistryStartException($"The registry did not become ready: {exception.Message}", exception));
        }
    }

    private async Task<bool> BecomeReadyAsync(ActorSystem system, IRegistryStore? store, CancellationToken stopping)
    {
        TimeSpan timeout = settings.ReadyTimeout;
        long start = TimeProvider.System.GetTimestamp();
        ReadinessState? told = null;
        while (TimeProvider.System.GetElapsedTime(start) < timeout)
        {
            if (await LookAsync(system, store, stopping).ConfigureAwait(false) is not { } cause)
            {
                LogReady(logger, (int)TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
                _ready.TrySetResult();
                return true;
            }

            if (told != cause.State && TimeProvider.System.GetElapsedTime(start) >= QuietStart)
            {
                told = cause.State;
                LogNotReady(logger, cause.Text);
            }

            await Task.Delay(RetryInterval, TimeProvider.System, stopping).ConfigureAwait(false);
        }

        string missing = Cause?.Text ?? "it was ready for a moment only";
        _ready.TrySetException(
            new RegistryStartException($"The registry did not become ready within {timeout.TotalSeconds:0} s: {missing}."));
        return false;
    }

    private async Task LookOnAsync(ActorSystem system, IRegistryStore? store, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(LookInterval);
        ReadinessState? told = null;
        string? remarked = null;
        while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
        {
            ReadinessCause? cause = await LookAsync(system, store, stopping).ConfigureAwait(false);
            if (cause is not null && told != cause.State)
            {
                LogLost(logger, cause.Text);
            }
            else if (cause is null && told is not null)
            {
                LogAgain(logger);
            }

            told = cause?.State;
            string? remark = cause is null ? Join(Findings.Where(IsNews)) : null;
            if (remark is not null && remarked is null)
            {
                LogRemark(logger, remark);
            }

            remarked = remark;
            if (_going.IsCompleted && CanGoRound(cause))
            {
                _going = GoRoundAsync(stopping);
            }
        }
    }

    /// <summary>Looks at everything at once; an owner that waits for the store does not keep that from being noticed.</summary>
    private async Task<ReadinessCause?> LookAsync(
        ActorSystem system, IRegistryStore? store, CancellationToken stopping)
    {
        var cluster = Cluster.Get(system);
        Task<bool> answers = LookAtStoreAsync(store, stopping);
        Task<(NodeAddress, PortAnswer)[]> seeds = AskSeedsAsync(cluster);
        ReadinessCause? missing = await _probe.AskAsync(stopping).ConfigureAwait(false);
        bool storeAnswers = await answers.ConfigureAwait(false);
        if (missing is not null && storeAnswers && _ready.Task.IsCompleted && store is not null)
        {
            // Of a namespace that cannot be read back the store may be the cause.
            await health.ProveAsync().ConfigureAwait(false);
        }

        DateTimeOffset now = Steady.GetUtcNow();
        _facts = _facts with
        {
            StoreAnswers = storeAnswers,
            Self = $"{cluster.SelfAddress.Host}:{cluster.SelfAddress.Port}",
            Status = cluster.SelfMember.Status,
            Seeds = await seeds.ConfigureAwait(false),
            HasOwners = cluster.State.Members.Any(member => member.HasRole(RegionNames.OwnersRole)),
            AnotherCluster = others.Known(now),
            Namespace = (true, missing),
            SilentShards = _round.Silent(now),
            FailedRequests = FailuresOnly(regions.Outcomes),
            FailedWrites = FailuresOnly(regions.Writes),
            RefusedAsFull = regions.Places.Recent().Failed,
        };
        _ = Findings; // dates what is new, whether or not somebody asks
        return Cause;
    }

    private async Task<bool> LookAtStoreAsync(IRegistryStore? store, CancellationToken stopping)
    {
        if (store is null)
        {
            return true;
        }

        if (!await store.AnswersAsync(stopping).ConfigureAwait(false))
        {
            stopping.ThrowIfCancellationRequested();
            health.Raise(isSeen: true); // the next writer need not find out
            return false;
        }

        CompareInstance(store);
        if (store.Fault is not null)
        {
            health.Raise(isSeen: true); // it takes writes, and they are lost
            return true;
        }

        if (_wroteAt is { } wroteAt && TimeProvider.System.GetElapsedTime(wroteAt) < WriteLookInterval)
        {
            return true;
        }

        // Where peers write, that is the proof, and a busy file is not made busier. Not with the first look: a plugin makes its tables
        // while the node joins.
        long commits = regions.Commits;
        bool hasWritten = commits != _commits;
        _commits = commits;
        if (_wroteAt is not null && !hasWritten)
        {
            await health.ProveAsync().ConfigureAwait(false);
        }

        _wroteAt = TimeProvider.System.GetTimestamp();
        return true;
    }

    // Connections may have gone over to a copy without any failure that was seen here.
    private void CompareInstance(IRegistryStore store)
    {
        DateTimeOffset now = Steady.GetUtcNow();
        if (_facts.StoreChanged is var (_, at) && now - at > ChangeIsNews)
        {
            _facts = _facts with { StoreChanged = null };
        }

        if (store.Instance is not { } instance || instance == _instance)
        {
            return;
        }

        if (_instance is { } before)
        {
            _facts = _facts with { StoreChanged = (instance.SayAfter(before), now) };
            health.Raise();
        }

        _instance = instance;
    }

    // A member of the cluster needs no seeds any more.
    private async Task<(NodeAddress Seed, PortAnswer Answer)[]> AskSeedsAsync(Cluster cluster)
    {
        if (cluster.SelfMember.Status == MemberStatus.Up)
        {
            return [];
        }

        IEnumerable<(NodeAddress Seed, Address Address)> others =
            from seed in settings.Seeds
            let address = cluster.SelfAddress.WithHost(seed.Host).WithPort(seed.Port)
            where !address.Equals(cluster.SelfAddress)
            select (seed, address);
        return await Task.WhenAll(others.Select(async other => (other.Seed, await PortProbe.AskAsync(other.Address).ConfigureAwait(false))))
            .ConfigureAwait(false);
    }

    // While the database is away, or this node is in no cluster, silence of shards says nothing of them.
    private bool CanGoRound(ReadinessCause? cause)
    {
        bool can = cause is null or { State: ReadinessState.NamespaceSilent or ReadinessState.ShardsSilent
            or ReadinessState.RequestsFail or ReadinessState.WritesFail or ReadinessState.TimesApart };
        if (!can)
        {
            _round.Forget();
        }

        return can;
    }

    private async Task GoRoundAsync(CancellationToken stopping)
    {
        IReadOnlyList<int> shards = _round.Next();
        DateTimeOffset asked = Steady.GetUtcNow();
        bool[] answered;
        try
        {
            answered = await Task.WhenAll(
                shards.Select(async shard =>
                    await _probe.AskAsync(ShardRound.Namespaces[shard], stopping).ConfigureAwait(false) is not null))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return; // the node stops
        }

        if (regions.Namespaces is not null)
        {
            for (int index = 0; index < answered.Length; index++)
            {
                _round.Record(shards[index], answered[index], asked);
            }
        }
    }

    // Of clocks and of refusals others write in the log.
    private static bool IsNews(ReadinessFinding remark) => remark.Check is ReadinessFinding.Namespaces or ReadinessFinding.Database;

    private static int FailuresOnly(RecentOutcomes outcomes) => outcomes.Recent() is (0, var failed) ? failed : 0;

    private static string? Join(IEnumerable<ReadinessFinding> findings) =>
        string.Join(ReadinessCause.Also, findings.Select(finding => finding.Text)) is { Length: > 0 } line ? line : null;

    // The facts that change between two looks are read now.
    private ReadinessFacts Now(ReadinessFacts facts) => facts with
    {
        IsStopping = lifetime.ApplicationStopping.IsCancellationRequested
            || (facts.Phase == StartPhase.Joined && regions.Namespaces is null),
        IsDraining = drain.IsDraining,
        StoreAwaySince = health.AwaySince,
        StoreTrouble = _store?.Trouble,
        Stranger = strangers.LastDialled,
        ClocksApart = clocks.Remark,
    };
}
