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

/// <summary>A peer with an identity of its own and one stream, on which it sends one request after another.</summary>
internal sealed class RendezvousPeer : IAsyncDisposable
{
    private const int MaxResponseBytes = 1024 * 1024;

    private static readonly Multiaddr[] Addresses =
        [Multiaddr.Parse("/ip4/192.0.2.1/tcp/4001"), Multiaddr.Parse("/ip4/192.0.2.1/tcp/4002/ws")];

    private readonly Libp2pHost _host;
    private readonly byte[] _envelope;
    private Libp2pStream? _stream;

    public RendezvousPeer()
    {
        _host = new Libp2pHost(new Libp2pOptions(), []);
        _envelope = SignedPeerRecord.Seal(_host.Identity, new PeerRecord(_host.PeerId, 1, Addresses)).Envelope.ToArray();
    }

    public async Task ConnectAsync(Multiaddr point)
    {
        IPeerConnection connection = await _host.DialAsync(point);
        _stream = await connection.OpenStreamAsync(["/rendezvous/1.0.0"], CancellationToken.None);
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

    private async Task<RendezvousMessage> AskAsync(RendezvousMessage request)
    {
        await RendezvousFrameWriter.WriteAsync(_stream!.Output, request, CancellationToken.None);
        byte[] frame = await LengthPrefixedFrame.ReadAsync(_stream.Input, MaxResponseBytes, CancellationToken.None)
            ?? throw new InvalidOperationException("The point closed the stream.");
        return RendezvousMessageCodec.TryDecode(frame, out RendezvousMessage? answer)
            ? answer
            : throw new InvalidOperationException("The point's answer cannot be decoded.");
    }
}
