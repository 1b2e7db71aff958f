using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Protocols;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

internal static class PeerConnectionWaits
{
    /// <summary>Completes when the connection has ended.</summary>
    public static Task ClosedAsync(this IPeerConnection connection)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Closed.Register(closed.SetResult);
        return closed.Task;
    }
}
