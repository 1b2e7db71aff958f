using Akka.Actor;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>
/// Finds out when the registry serves: a DISCOVER goes all the way through the shard region to an entity, which reads the journal, and back.
/// </summary>
internal sealed partial class RegistryReadiness(RegistryRegions regions, TimeProvider time, ILogger<RegistryReadiness> logger) : IRegistryReadiness
{
    /// <summary>A probe is repeated after this, and the registry given up after <see cref="ReadyTimeout"/>.</summary>
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(30);

    // Nobody registers there; reading it leaves nothing behind.
    private static readonly RendezvousNamespace ProbedNamespace = RendezvousNamespace.Parse("rendezvous-cluster/readiness");

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public bool IsReady => _ready.Task.IsCompletedSuccessfully && regions.Namespaces is not null;

    /// <inheritdoc/>
    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    /// <summary>The start failed: whoever waits is told why.</summary>
    public void StartFailed(RegistryStartException reason) => _ready.TrySetException(reason);

    /// <summary>Probes until the registry answers, or for <see cref="ReadyTimeout"/>. Does not throw; the outcome is for those who wait.</summary>
    public async Task ProbeUntilReadyAsync(CancellationToken stopping)
    {
        long start = TimeProvider.System.GetTimestamp();
        try
        {
            while (TimeProvider.System.GetElapsedTime(start) < ReadyTimeout)
            {
                if (await ProbeAsync(stopping).ConfigureAwait(false))
                {
                    LogReady((int)TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
                    _ready.TrySetResult();
                    return;
                }
            }

            _ready.TrySetException(new RegistryStartException($"The registry did not become ready within {ReadyTimeout.TotalSeconds:0} s; see the log."));
        }
        catch (OperationCanceledException)
        {
            _ready.TrySetCanceled(CancellationToken.None);
        }
        catch (Exception exception)
        {
            _ready.TrySetException(new RegistryStartException($"The registry did not become ready: {exception.Message}", exception));
        }
    }

    private async Task<bool> ProbeAsync(CancellationToken stopping)
    {
        if (regions.Namespaces is not { } region)
        {
            throw new OperationCanceledException(stopping);
        }

        var probe = new DiscoverQuery(ProbedNamespace, AfterRevision: 0, Limit: 1, MaxBytes: 1, time.GetUtcNow() + ProbeTimeout);
        try
        {
            return await region.Ask<object>(NamespaceCommand.For(probe), ProbeTimeout, stopping).ConfigureAwait(false)
                is DiscoverReply { Status: RendezvousStatus.Ok };
        }
        catch (AskTimeoutException exception)
        {
            LogNotReady(exception);
            return false;
        }
    }
}
