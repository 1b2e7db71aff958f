using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>Bounds a step of connecting, and says in words of its own how the step failed.</summary>
internal static class TimeLimit
{
    /// <param name="limit">How long the step may take.</param>
    /// <param name="step">Names the step at the beginning of a sentence.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="action">The step; its token is cancelled at the limit.</param>
    /// <param name="cancellationToken">Ends the step sooner.</param>
    /// <exception cref="TimeoutException">The step took longer than the limit.</exception>
    /// <exception cref="TransportException">The connection was cut.</exception>
    public static async Task<T> RunAsync<T>(
        TimeSpan limit,
        string step,
        TimeProvider timeProvider,
        Func<CancellationToken, Task<T>> action,
        CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await action(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{step} took longer than {limit.TotalSeconds} s.", exception);
        }
        catch (IOException exception)
        {
            throw new TransportException($"{step} failed: the other side cut the connection.", exception);
        }
    }
}
