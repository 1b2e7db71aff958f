using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Protocols;

namespace RendezvousCluster.Server.Draining;

/// <summary>
/// Ends the connections of peers without failing what they have asked.
///
/// Rules. New connections are not accepted any more. A connection without a request under way gets its goodbye at once, another one as
/// soon as its requests are answered and the answers are sent, and all that are left when the time is over. A peer that sends a request at
/// the very moment of the goodbye asks again elsewhere, as it does when any connection ends.
/// </summary>
/// <param name="requestsUnderWay">How many requests of a connection are under way.</param>
internal sealed class PeerGoodbye(Func<IPeerConnection, int> requestsUnderWay)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Ends all connections.</summary>
    /// <param name="host">Whose.</param>
    /// <param name="waitForHandshakes">
    /// Whether connections whose handshake is under way are waited for, and get a goodbye too; else the caller ends them.
    /// </param>
    /// <param name="limit">Cancelled when those that are left are to be cut.</param>
    /// <returns>How many requests were under way on connections that were cut.</returns>
    public async Task<int> SayAsync(Libp2pHost host, bool waitForHandshakes, CancellationToken limit)
    {
        Task accepted = host.SuspendListening();
        int cut = 0;
        HashSet<IPeerConnection> wasIdle = [];
        while ((waitForHandshakes && !accepted.IsCompleted) || host.Connections.Count > 0)
        {
            bool isOver = limit.IsCancellationRequested;
            HashSet<IPeerConnection> idle = [.. host.Connections.Where(IsIdle)];
            IPeerConnection[] due = isOver ? [.. host.Connections] : [.. idle.Where(wasIdle.Contains)];
            wasIdle = idle;
            cut += due.Sum(requestsUnderWay);
            await Task.WhenAll(due.Select(CloseAsync)).ConfigureAwait(false);
            if (isOver)
            {
                break;
            }

            await Task.Delay(LookInterval, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        }

        return cut;
    }

    // An answer that waits to be sent is held. With two looks in a row, one that is on its way from here to there is not missed.
    private bool IsIdle(IPeerConnection connection) => requestsUnderWay(connection) == 0 && connection.Account.HeldBytes == 0;

    // A peer that does not take its goodbye is cut; the connection is gone either way.
    private static async Task CloseAsync(IPeerConnection connection)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await connection.CloseAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or Libp2pException)
        {
            return;
        }
    }
}
