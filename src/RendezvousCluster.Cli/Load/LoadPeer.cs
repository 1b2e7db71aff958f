using System.Text;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Dialects;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Cli.Load;

/// <summary>
/// One peer of a load run: an identity, a connection, and one request after another. It goes straight to the wire: the client library's refreshes,
/// retries and checks would be measured too.
/// </summary>
internal sealed partial class LoadPeer : IAsyncDisposable
{
    private const int MaxResponseBytes = 4 * 1024 * 1024;

    private static readonly Multiaddr[] Addresses = [Multiaddr.Parse("/ip4/192.0.2.1/tcp/4001"), Multiaddr.Parse("/ip4/192.0.2.1/tcp/4002/ws")];
    private static readonly IReadOnlyList<string> Protocols = ProtocolIds.Default;

    private readonly Libp2pHost _host = new(new Libp2pOptions { AgentVersion = "rendezvous-load" }, []);
    private readonly bool _streamPerRequest;
    private readonly byte[] _envelope;
    private RendezvousPoint? _point;
    private IPeerConnection? _connection;
    private Libp2pStream? _stream;

    public LoadPeer(bool streamPerRequest, RecordFlavour flavour)
    {
        _streamPerRequest = streamPerRequest;
        _envelope = SignedPeerRecord.Seal(_host.Identity, new PeerRecord(_host.PeerId, 1, Addresses), flavour).Envelope.ToArray();
    }

    /// <summary>Connects; a connection that is lost later is made anew by the next request.</summary>
    public async Task ConnectAsync(RendezvousPoint point, CancellationToken cancellationToken)
    {
        _point = point;
        _connection = await CommandLine.PointDialler.DialAsync(_host, point, cancellationToken);
    }

    /// <summary>Registers.</summary>
    /// <exception cref="LoadRefusedException">The point said no.</exception>
    public async Task RegisterAsync(string ns, ulong ttlSeconds, CancellationToken cancellationToken)
    {
        var answer = await AskAsync<RegisterResponse>(new RegisterRequest(Encoding.UTF8.GetBytes(ns), _envelope, ttlSeconds), cancellationToken);
        LoadRefusedException.ThrowUnlessOk(answer.Status);
    }

    /// <summary>Discovers one page; answers how many it holds, and the cookie.</summary>
    /// <exception cref="LoadRefusedException">The point said no.</exception>
    public async Task<(int Found, ReadOnlyMemory<byte> Cookie)> DiscoverAsync(
        string ns, int limit, ReadOnlyMemory<byte> cookie, CancellationToken cancellationToken)
    {
        var answer = await AskAsync<DiscoverResponse>(new DiscoverRequest(Encoding.UTF8.GetBytes(ns), (ulong)limit, cookie), cancellationToken);
        LoadRefusedException.ThrowUnlessOk(answer.Status);
        return (answer.Registrations.Count, answer.Cookie);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<T> AskAsync<T>(RendezvousMessage request, CancellationToken cancellationToken)
        where T : RendezvousMessage
    {
        if (_connection!.Closed.IsCancellationRequested)
        {
            await ConnectAsync(_point!, cancellationToken);
        }

        Libp2pStream stream = _stream ?? await _connection.OpenStreamAsync(Protocols, cancellationToken);
        _stream = _streamPerRequest ? null : stream;
        try
        {
            await RendezvousFrameWriter.WriteAsync(stream.Output, request, cancellationToken);
            if (_streamPerRequest)
            {
                await stream.CloseWriteAsync(cancellationToken);
            }

            byte[] frame = await LengthPrefixedFrame.ReadAsync(stream.Input, MaxResponseBytes, cancellationToken)
                ?? throw new InvalidFrameException("The point ended the stream without an answer.");
            T answer = RendezvousMessageCodec.TryDecode(frame, out RendezvousMessage? message) && message is T expected
                ? expected
                : throw new InvalidFrameException("The point answered with something else.");
            if (_streamPerRequest)
            {
                await EndAsync(stream, cancellationToken);
            }

            return answer;
        }
        catch
        {
            stream.Reset();
            _stream = null; // whatever happened, the next request begins with a good one
            await stream.DisposeAsync();
            throw;
        }
    }

    // The point closes too, now that it has answered: so the stream ends without a reset.
    private static async Task EndAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        while (await stream.Input.ReadAsync(cancellationToken) is var rest)
        {
            stream.Input.AdvanceTo(rest.Buffer.End);
            if (rest.IsCompleted)
            {
                await stream.DisposeAsync();
                return;
            }
        }
    }
}
