using System.Net;
using System.Text;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Testing.Hostile;

/// <summary>
/// Many connections that ask and never read. On each, some streams ask DISCOVER of a large namespace, so that pages lie ready that nobody
/// takes; then many more are filled up to their window with DISCOVER frames that nobody will serve. The flood holds what it opened until it
/// is disposed.
/// </summary>
public sealed class UnreadFlood : IAsyncDisposable
{
    private const string Protocol = "/rendezvous/1.0.0";
    private const int WindowBytes = 256 * 1024;

    private readonly HostileConnection[] _connections;

    private UnreadFlood(HostileConnection[] connections) => _connections = connections;

    /// <summary>How many of its connections the point has cut.</summary>
    public int Cut => _connections.Count(connection => connection.IsCut);

    /// <summary>Connects everything and sends as much as the point takes in the time given.</summary>
    /// <param name="point">Where the point listens.</param>
    /// <param name="shape">How much of everything.</param>
    /// <param name="limit">Gives up sending.</param>
    public static async Task<UnreadFlood> StartAsync(IPEndPoint point, FloodShape shape, CancellationToken limit)
    {
        byte[] discover = RawRequests.Discover(Encoding.UTF8.GetBytes(shape.Namespace)).Framed();
        byte[] asking = [.. HostileConnection.NegotiationOf(Protocol), .. discover];
        byte[] filling = Fill(discover);
        var connections = new HostileConnection[shape.Connections];
        for (int index = 0; index < connections.Length; index++)
        {
            connections[index] = await HostileConnection.ConnectAsync(point, shape.Muxer);
        }

        await Task.WhenAll(connections.Select(
            connection => Task.Run(() => FloodAsync(connection, shape, asking, filling, limit), CancellationToken.None)));
        return new UnreadFlood(connections);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HostileConnection connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }

    private static async Task FloodAsync(
        HostileConnection connection, FloodShape shape, byte[] asking, byte[] filling, CancellationToken limit)
    {
        for (int stream = 0; stream < shape.AskingStreams + shape.FilledStreams; stream++)
        {
            byte[] frame = HostileFrames.Open(shape.Muxer, stream, stream < shape.AskingStreams ? asking : filling);
            if (!await connection.TrySendAsync(frame, limit))
            {
                return;
            }
        }
    }

    private static byte[] Fill(byte[] request)
    {
        byte[] bytes = new byte[WindowBytes];
        byte[] negotiation = HostileConnection.NegotiationOf(Protocol);
        negotiation.CopyTo(bytes, 0);
        for (int at = negotiation.Length; at < bytes.Length; at += request.Length)
        {
            request.AsSpan(0, Math.Min(request.Length, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
        }

        return bytes;
    }
}

/// <summary>How much an <see cref="UnreadFlood"/> opens.</summary>
/// <param name="Muxer"><see cref="HostileFrames.Yamux"/> or <see cref="HostileFrames.Mplex"/>.</param>
/// <param name="Namespace">What DISCOVER asks for.</param>
/// <param name="Connections">Connections, each of a peer of its own.</param>
/// <param name="AskingStreams">Streams of each that ask once.</param>
/// <param name="FilledStreams">Streams of each that are filled up to the window.</param>
public sealed record FloodShape(string Muxer, string Namespace, int Connections, int AskingStreams, int FilledStreams);
