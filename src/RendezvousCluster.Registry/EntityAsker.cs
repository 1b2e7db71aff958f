using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Registry.Tracing;

namespace RendezvousCluster.Registry;

/// <summary>
/// Asks the entities of one shard region. Sharding loses messages by design, so a question without an answer, or answered with
/// <see cref="RetryLater"/>, is asked again until <see cref="AskPolicy.MaxTries"/> or the caller's deadline; every question asked here must
/// be idempotent. The number of questions in flight is bounded; what comes on top waits for a place.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "The semaphore has no handle to free, and asks may still be in flight when the host disposes of its services.")]
internal sealed partial class EntityAsker(
    Func<IActorRef?> region, TimeProvider time, ILogger logger, TimeSpan? tryTimeout = null, int maxInFlight = AskPolicy.MaxInFlight)
{
    private readonly SemaphoreSlim _inFlight = new(maxInFlight, maxInFlight);
    private readonly TimeSpan _tryTimeout = tryTimeout ?? AskPolicy.TryTimeout;

    /// <summary>Asks until a <typeparamref name="TReply"/> comes; null, and a text for the caller, when none came in time.</summary>
    public async ValueTask<(TReply? Reply, string WhyNot)> AskAsync<TReply>(
        object question, DateTimeOffset deadline, CancellationToken cancellationToken)
        where TReply : class
    {
        using Activity? activity = RegistryTracing.BeginAsk(ref question);
        object? answer = null;
        int tries = 0;
        for (; tries < AskPolicy.MaxTries; tries++)
        {
            if (tries > 0)
            {
                await Task.Delay(AskPolicy.NextPause(), TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }

            TimeSpan left = deadline - time.GetUtcNow();
            if (left < TimeSpan.Zero || (left == TimeSpan.Zero && tries > 0))
            {
                break;
            }

            if (region() is not { } target)
            {
                RegistryTracing.EndAsk(activity, tries, isAnswered: false);
                return (null, StatusTexts.NotReady);
            }

            if (tries > 0)
            {
                RegistryMetrics.Retried(wasToldTo: answer is RetryLater);
            }

            // At the deadline itself a question is still served, if it is served at once.
            TimeSpan timeout = left > TimeSpan.Zero && left < _tryTimeout ? left : _tryTimeout;
            answer = await TryAskAsync(target, question, timeout, cancellationToken).ConfigureAwait(false);
            if (answer is TReply reply)
            {
                RegistryTracing.EndAsk(activity, tries + 1, isAnswered: true);
                return (reply, string.Empty);
            }
        }

        RegistryTracing.EndAsk(activity, tries, isAnswered: false);
        return (null, StatusTexts.NoAnswer);
    }

    /// <summary>One try: the reply, <see cref="RetryLater"/>, or null when none came.</summary>
    private async ValueTask<object?> TryAskAsync(IActorRef target, object question, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!await _inFlight.WaitAsync(timeout, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        try
        {
            return await target.Ask<object>(question, timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            return null;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogAskFailed(logger, exception); // the actor system is on its way down, or refuses the message: the caller gets E_UNAVAILABLE
            return null;
        }
        finally
        {
            _inFlight.Release();
        }
    }
}
