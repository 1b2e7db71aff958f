using System.Net.Sockets;
using Akka.Actor;

namespace RendezvousCluster.Registry.Membership;

/// <summary>Dials the port on which a node listens for the others, and hangs up.</summary>
internal static class PortProbe
{
    /// <summary>Within a data centre it takes a millisecond; a machine that needs longer is not known to be dead.</summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    /// <summary>Dials once; never throws.</summary>
    public static Task<PortAnswer> AskAsync(Address node) => AskAsync(node, Timeout);

    /// <summary>Dials once, and takes what has not answered by then for silent; never throws.</summary>
    internal static async Task<PortAnswer> AskAsync(Address node, TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(node.Host, node.Port ?? 0, timeout.Token).ConfigureAwait(false);
            return PortAnswer.Acceptance;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.ConnectionRefused ? PortAnswer.Refusal : PortAnswer.Silence;
        }
        catch (OperationCanceledException)
        {
            return PortAnswer.Silence;
        }
    }
}
