using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Chaos.Load;

/// <summary>
/// A peer with one identity and a connection to each node that it talks to, over real sockets. A connection that failed is dropped, and the
/// next request dials anew. It does one thing at a time.
/// </summary>
internal sealed class WireClient : IAsyncDisposable
{
    private const string Protocol = "/rendezvous/1.0.0";
    private const int MaxResponseBytes = 1024 * 1024;

    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Longer than the server's own limit: a client that is still connected gets an answer.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(7);

    private readonly Libp2pHost _host;
    private readonly Dictionary<int, IPeerConnection> _connections = [];

    public WireClient() => _host = new Libp2pHost(new Libp2pOptions { Identity = Peer.KeyPair }, []);

    public TestPeer Peer { get; } = new();

    /// <summary>Sends a request in a stream of its own, and waits for the response.</summary>
    /// <exception cref="NotSentException">The node cannot be reached.</exception>
    /// <exception cref="NoAnswerException">There is no answer.</exception>
    public Task<T> AskAsync<T>(int node, string address, RendezvousMessage request)
        where T : RendezvousMessage => ExchangeAsync(node, address, request, async (stream, token) =>
        {
            byte[] frame = await LengthPrefixedFrame.ReadAsync(stream.Input, MaxResponseBytes, token)
                ?? throw new NoAnswerException("the stream ended without an answer");
            return RendezvousMessageCodec.TryDecode(frame, out RendezvousMessage? message) && message is T response
                ? response
                : throw new NoAnswerException($"the answer is not a {typeof(T).Name}");
        });

    /// <summary>Sends a request that has no response: the clean end of the stream says that it is done.</summary>
    /// <exception cref="NotSentException">The node cannot be reached.</exception>
    /// <exception cref="NoAnswerException">It is not known to be done.</exception>
    public Task TellAsync(
        int node, string address, RendezvousMessage request) => ExchangeAsync(node, address, request, async (stream, token) =>
    {
        await LengthPrefixedFrame.ReadAsync(stream.Input, MaxResponseBytes, token);
        return true;
    });

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<T> ExchangeAsync<T>(
        int node, string address, RendezvousMessage request, Func<Libp2pStream, CancellationToken, Task<T>> read)
    {
        using var timeout = new CancellationTokenSource(AnswerTimeout);
        await using Libp2pStream stream = await OpenAsync(node, address);
        try
        {
            await RendezvousFrameWriter.WriteAsync(stream.Output, request, timeout.Token);
            await stream.CloseWriteAsync(timeout.Token);
            return await read(stream, timeout.Token);
        }
        catch (MuxerStreamException exception) when (!stream.Connection.Closed.IsCancellationRequested)
        {
            throw new NoAnswerException($"the stream was reset: {exception.Reason}", exception);
        }
        catch (Exception exception) when (exception is Libp2pException or OperationCanceledException)
        {
            await DropAsync(node);
            throw new NoAnswerException(exception.Message, exception);
        }
    }

    private async Task<Libp2pStream> OpenAsync(int node, string address)
    {
        using var timeout = new CancellationTokenSource(DialTimeout);
        try
        {
            if (!_connections.TryGetValue(node, out IPeerConnection? connection) || connection.Closed.IsCancellationRequested)
            {
                _connections[node] = connection = await _host.DialAsync(Multiaddr.Parse(address), timeout.Token);
            }

            return await connection.OpenStreamAsync([Protocol], timeout.Token);
        }
        catch (Exception exception) when (exception is Libp2pException or TimeoutException or OperationCanceledException)
        {
            await DropAsync(node);
            throw new NotSentException(exception.Message, exception);
        }
    }

    private async ValueTask DropAsync(int node)
    {
        if (_connections.Remove(node, out IPeerConnection? connection))
        {
            using var now = new CancellationTokenSource(TimeSpan.Zero);
            try
            {
                await connection.CloseAsync(now.Token);
            }
            catch (Exception exception) when (exception is Libp2pException or OperationCanceledException)
            {
                return; // it is gone in any case
            }
        }
    }
}
