using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Links;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>
/// Finds out when the registry serves, and looks again every <see cref="LookInterval"/>: this node is up in the cluster, a DISCOVER goes all the way
/// through the shard region to an entity and back, and the database answers. An entity that is awake serves reads without the database; a node
/// without it is still not ready, because it takes no registrations.
/// </summary>
internal sealed partial class RegistryReadiness(
    RegistryRegions regions,
    StoreHealth health,
    Strangers strangers,
    IOptions<RegistryOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<RegistryReadiness> logger) : IRegistryReadiness
{
    /// <summary>An orchestrator asks every few seconds; a look costs one message and one query.</summary>
    internal static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);

    /// <summary>Until it is ready for the first time it looks more often: a server that starts is waited for.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>A look waits this long for an answer.</summary>
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    // Nobody registers there; reading it leaves nothing behind.
    private static readonly RendezvousNamespace ProbedNamespace = RendezvousNamespace.Parse("rendezvous-cluster/readiness");

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _missing = "it has not started";

    /// <summary>False from the moment that the host is told to stop, so that a load balancer turns away before connections are closed.</summary>
    public bool IsReady => _missing is null && regions.Namespaces is not null && !lifetime.ApplicationStopping.IsCancellationRequested;

    /// <inheritdoc/>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    /// <summary>The start failed: whoever waits is told why.</summary>
    public void StartFailed(RegistryStartException reason) => _ready.TrySetException(reason);

    /// <summary>
    /// Looks until the registry serves, or for <see cref="RegistryOptions.ReadyTimeout"/>, and from then on now and then. Does not throw; the outcome is for those who wait.
    /// </summary>
    public async Task WatchAsync(ActorSystem system, IRegistryStore? store, CancellationToken stopping)
    {
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
            // Nobody looks any more, so nobody may be told that all is well.
            _missing = $"it cannot be told any more: {exception.Message}";
            LogLost(_missing);
            _ready.TrySetException(new RegistryStartException($"The registry did not become ready: {exception.Message}", exception));
        }
    }

    private async Task<bool> BecomeReadyAsync(ActorSystem system, IRegistryStore? store, CancellationToken stopping)
    {
        TimeSpan patience = options.Value.ReadyTimeout;
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < patience)
        {
            _missing = await LookAsync(system, store, stopping).ConfigureAwait(false);
            if (_missing is null)
            {
                LogReady((int)TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
                _ready.TrySetResult();
                return true;
            }

            LogNotReady(_missing);
            await Task.Delay(RetryInterval, TimeProvider.System, stopping).ConfigureAwait(false);
        }

        _ready.TrySetException(new RegistryStartException($"The registry did not become ready within {patience.TotalSeconds:0} s: {_missing}."));
        return false;
    }

    private async Task LookOnAsync(ActorSystem system, IRegistryStore? store, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(LookInterval);
        while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
        {
            string? before = _missing;
            _missing = await LookAsync(system, store, stopping).ConfigureAwait(false);
            if (_missing is { } missing && before is null)
            {
                LogLost(missing);
            }
            else if (_missing is null && before is not null)
            {
                LogAgain();
            }
        }
    }

    /// <summary>What an answer says is missing; null when nothing is.</summary>
    internal static string? WhyNot(object answer) => answer switch
    {
        DiscoverReply { Status: RendezvousStatus.Ok } => null,

        // The question was asked a moment ago. By the clock of whom it was asked it is late.
        DiscoverReply { StatusText: StatusTexts.DeadlinePassed } =>
            $"the clock of the owner of a namespace is more than {ProbeTimeout.TotalSeconds:0} s ahead of this node's, so that it takes every request for late",
        _ => "the registry answers that it cannot serve",
    };

    /// <summary>What is missing; null when the registry serves.</summary>
    private async Task<string?> LookAsync(ActorSystem system, IRegistryStore? store, CancellationToken stopping)
    {
        // Both at once: an owner that waits for the store does not keep that from being noticed.
        Task<bool> answers = LookAtStoreAsync(store, stopping);
        string? reason = await AskAsync(system, stopping).ConfigureAwait(false);
        return !await answers.ConfigureAwait(false) ? $"the {store?.Place ?? "store"} does not answer"
            : reason ?? (health.IsAway ? $"the {store?.Place ?? "store"} takes no writes" : null);
    }

    private async Task<bool> LookAtStoreAsync(IRegistryStore? store, CancellationToken stopping)
    {
        if (store is null || await store.AnswersAsync(stopping).ConfigureAwait(false))
        {
            return true;
        }

        stopping.ThrowIfCancellationRequested();
        health.Raise(isSeen: true); // whoever writes next need not find out
        return false;
    }

    /// <summary>Why a DISCOVER does not come through; null when it does.</summary>
    private async Task<string?> AskAsync(ActorSystem system, CancellationToken stopping)
    {
        if (regions.Namespaces is not { } region)
        {
            throw new OperationCanceledException(stopping);
        }

        var probe = new DiscoverQuery(ProbedNamespace, AfterRevision: 0, Limit: 1, MaxBytes: 1, time.GetUtcNow() + ProbeTimeout);
        try
        {
            return WhyNot(await region.Ask<object>(NamespaceCommand.For(probe), ProbeTimeout, stopping).ConfigureAwait(false));
        }
        catch (AskTimeoutException)
        {
            return WhyNoAnswer(Cluster.Get(system));
        }
    }

    private string WhyNoAnswer(Cluster cluster)
    {
        ClusterOptions wanted = options.Value.Cluster;
        if (cluster.SelfMember.Status != MemberStatus.Up)
        {
            return wanted.Seeds.Count > 0
                ? $"none of the seeds ({string.Join(", ", wanted.Seeds)}) has taken it in as {cluster.SelfAddress.Host}:{cluster.SelfAddress.Port}"
                    + (strangers.LastDialled is { } stranger ? $"; {stranger}" : "")
                : "it has not joined its own cluster";
        }

        return cluster.State.Members.Any(member => member.HasRole("registry"))
            ? "the owner of a namespace does not answer"
            : "no node with the role registry is in the cluster";
    }
}
