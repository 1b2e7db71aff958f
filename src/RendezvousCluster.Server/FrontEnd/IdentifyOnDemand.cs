using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;

namespace RendezvousCluster.Server.FrontEnd;

// Request path, step 9: learn which flavours the peer reads.
/// <summary>
/// Asks a connection's peer for identify when an answer depends on it, once. Requests that need it meanwhile wait for the same answer; none
/// of them owns the asking, so a request that gives up takes nothing from the others. An ask that fails, or takes too long, is not
/// repeated: a peer that does not identify itself would otherwise be asked, and waited for, at each of its requests. An identify that
/// the peer pushes of its own accord is seen at any time.
/// </summary>
internal sealed partial class IdentifyOnDemand(
    IPeerConnection connection, IdentifyClient client, TimeSpan timeout, TimeProvider timeProvider, ILogger<IdentifyOnDemand> logger)
{
    private readonly Lock _lock = new();
    private Task? _asking;

    /// <summary>What the peer has said of itself, or null.</summary>
    public IdentifyInfo? Info => IdentifyState.Of(connection).Info;

    /// <summary>Waits until the peer has been asked, and has answered or not.</summary>
    /// <exception cref="OperationCanceledException">The caller waits no longer.</exception>
    public ValueTask AskOnceAsync(CancellationToken cancellationToken)
    {
        if (Info is not null)
        {
            return ValueTask.CompletedTask;
        }

        Task asking;
        lock (_lock)
        {
            asking = _asking ??= AskAsync();
        }

        return asking.IsCompleted ? ValueTask.CompletedTask : new ValueTask(asking.WaitAsync(cancellationToken));
    }

    private async Task AskAsync()
    {
        // Not under the caller's lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var deadline = new CancellationTokenSource(timeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, connection.Closed);
        try
        {
            await client.RequestAsync(connection, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is Libp2pException or OperationCanceledException)
        {
            LogNotIdentified(logger, connection.RemotePeer, exception.Message);
        }
        catch (Exception exception)
        {
            LogFailed(logger, connection.RemotePeer, exception);
        }
    }
}
