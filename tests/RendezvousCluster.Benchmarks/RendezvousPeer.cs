using System.Text;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Benchmarks;

/// <summary>A peer with an identity of its own, which sends one request after another.</summary>
internal sealed class RendezvousPeer : IAsyncDisposable
{
    private static readonly string[] ProtocolIds = ["/rendezvous/1.0.0", "/canvas/rendezvous/1.0.0"];

    private const int MaxResponseBytes = 1024 * 1024;

    private static readonly Multiaddr[] Addresses =
        [Multiaddr.Parse("/ip4/192.0.2.1/tcp/4001"), Multiaddr.Parse("/ip4/192.0.2.1/tcp/4002/ws")];

    private readonly Libp2pHost _host;
    private readonly byte[] _envelope;
    private readonly bool _newStreams;
    private IPeerConnection? _connection;
    private Libp2pStream? _stream;

    /// <param name="newStreams">Whether each request goes over a stream of its own, or all over one.</param>
    public RendezvousPeer(bool newStreams = false)
    {
        _newStreams = newStreams;
        _host = new Libp2pHost(new Libp2pOptions(), []);
        _envelope = SignedPeerRecord.Seal(_host.Identity, new PeerRecord(_host.PeerId, 1, Addresses)).Envelope.ToArray();
    }

    public async Task ConnectAsync(Multiaddr point)
    {
        _connection = await _host.DialAsync(point);
        if (!_newStreams)
        {
            _stream = await OpenAsync();
        }
    }

    public async Task RegisterAsync(string name, ulong ttlSeconds)
    {
        var answer = (RegisterResponse)await AskAsync(new RegisterRequest(Encoding.UTF8.GetBytes(name), _envelope, ttlSeconds));
        if (answer.Status != RendezvousStatus.Ok)
        {
            throw new InvalidOperationException($"REGISTER was refused: {answer.Status} {answer.StatusText}");
        }
    }

    public async Task<int> DiscoverAsync(string name, ulong limit)
    {
        var answer = (DiscoverResponse)await AskAsync(new DiscoverRequest(Encoding.UTF8.GetBytes(name), limit));
        return answer.Status == RendezvousStatus.Ok
            ? answer.Registrations.Count
            : throw new InvalidOperationException($"DISCOVER was refused: {answer.Status} {answer.StatusText}");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private ValueTask<Libp2pStream> OpenAsync() => _connection!.OpenStreamAsync(ProtocolIds, CancellationToken.None);

    private async Task<RendezvousMessage> AskAsync(RendezvousMessage request)
    {
        if (!_newStreams)
        {
            return await AskAsync(_stream!, request);
        }

        await using Libp2pStream stream = await OpenAsync();
        return await AskAsync(stream, request);
    }

    private static async Task<RendezvousMessage> AskAsync(Libp2pStream stream, RendezvousMessage request)
    {
        await RendezvousFrameWriter.WriteAsync(stream.Output, request, CancellationToken.None);
        byte[] frame = await LengthPrefixedFrame.ReadAsync(stream.Input, MaxResponseBytes, CancellationToken.None)
            ?? throw new InvalidOperationException("The point closed the stream.");
        return RendezvousMessageCodec.TryDecode(frame, out RendezvousMessage? answer)
            ? answer
            : throw new InvalidOperationException("The point's answer cannot be decoded.");
    }
}
