using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Negotiation;
using RendezvousCluster.Libp2p.Security;
using RendezvousCluster.Libp2p.Security.Noise;

namespace RendezvousCluster.Testing.Hostile;

/// <summary>
/// A connection over a real socket whose peer upgrades it honestly and then writes muxer frames by hand. It reads nothing after the
/// upgrade, so the point can write only what fits the sockets' buffers.
/// </summary>
public sealed class HostileConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _network;
    private readonly PipeWriter _output;
    private volatile bool _isSendingOver;

    private HostileConnection(Socket socket, NetworkStream network, PipeWriter output)
    {
        _socket = socket;
        _network = network;
        _output = output;
    }

    /// <summary>Whether the point has cut the connection: a send fails, or the socket that nobody reads shows an error.</summary>
    public bool IsCut => _isSendingOver || _socket.Poll(0, SelectMode.SelectError);

    /// <summary>Connects with an identity of its own and agrees on the muxer.</summary>
    /// <param name="point">Where the point listens.</param>
    /// <param name="muxer">A muxer's protocol id.</param>
    public static async Task<HostileConnection> ConnectAsync(IPEndPoint point, string muxer)
    {
        var socket = new Socket(point.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(point);
            var network = new NetworkStream(socket, ownsSocket: true);
            var limits = new Libp2pLimits();
            var raw = new StreamDuplexPipe(network);
            await MultistreamSelect.DialAsync(raw, ["/noise"], limits, CancellationToken.None);
            var noise = new NoiseSecurityProtocol(KeyPair.GenerateEd25519(), [muxer], limits);
            SecuredConnection secured = await noise.SecureOutboundAsync(raw, expectedPeer: null, CancellationToken.None);
            if (secured.EarlyMuxer is null)
            {
                await MultistreamSelect.DialAsync(secured.Transport, [muxer], limits, CancellationToken.None);
            }

            return new HostileConnection(socket, network, secured.Transport.Output);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends frames; false when the point has cut the connection, or takes no more for so long that it is given up.</summary>
    /// <param name="frames">Bytes for the point's muxer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> TrySendAsync(ReadOnlyMemory<byte> frames, CancellationToken cancellationToken)
    {
        try
        {
            return !(await _output.WriteAsync(frames, cancellationToken)).IsCompleted;
        }
        catch (IOException)
        {
            // The socket shows the error once, and no more.
            _isSendingOver = true;
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Unread bytes in our socket make its end a reset, which nothing lingers behind.
        await _network.DisposeAsync();
    }

    /// <summary>How a stream begins that goes on in the protocol: both lines of multistream-select.</summary>
    public static byte[] NegotiationOf(string protocolId) => [.. Line("/multistream/1.0.0"), .. Line(protocolId)];

    private static byte[] Line(string text) => [(byte)(text.Length + 1), .. Encoding.UTF8.GetBytes(text), (byte)'\n'];

    private sealed class StreamDuplexPipe(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

        public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    }
}
