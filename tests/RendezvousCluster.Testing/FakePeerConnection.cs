using System.Collections.Concurrent;
using System.Threading.Channels;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Negotiation;
using RendezvousCluster.Libp2p.Protocols;

namespace RendezvousCluster.Testing;

/// <summary>
/// A connection to an authenticated peer without sockets, security or muxer: for tests of stream handlers. Streams are
/// <see cref="InMemoryMuxedStream"/> pairs. The test plays the remote: <see cref="ConnectInbound"/> is a stream that the remote opened,
/// <see cref="AcceptOutboundAsync"/> waits for one that the code under test opened.
/// </summary>
public sealed class FakePeerConnection : IPeerConnection, IDisposable
{
    private const int MaxUnacceptedStreams = 256;

    private readonly ConcurrentDictionary<Type, Lazy<object>> _state = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly Channel<OutboundStream> _outbound = Channel.CreateBounded<OutboundStream>(MaxUnacceptedStreams);
    private readonly ConcurrentBag<InMemoryMuxedStream> _streams = [];
    private readonly Multiaddr? _remoteAddress;
    private long _lastStreamId;
    private int _outboundOpens;

    public FakePeerConnection(
        PublicKey remotePublicKey, Multiaddr? remoteAddress = null, bool isOutbound = false, string muxer = "/in-memory/1.0.0")
    {
        RemotePublicKey = remotePublicKey;
        IsOutbound = isOutbound;
        Muxer = muxer;
        _remoteAddress = remoteAddress;
    }

    public PeerId RemotePeer => RemotePublicKey.PeerId;

    public PublicKey RemotePublicKey { get; }

    public Multiaddr RemoteAddress => _remoteAddress ?? Multiaddr.Parse("/ip4/127.0.0.1/tcp/40001");

    public bool IsOutbound { get; }

    public string Muxer { get; }

    public CancellationToken Closed => _closed.Token;

    public ByteAccount Account { get; } = new();

    /// <summary>The protocols that the remote speaks when this side opens a stream; null when it takes any.</summary>
    public IReadOnlyCollection<string>? RemoteProtocols { get; init; }

    /// <summary>How often the code under test has tried to open a stream.</summary>
    public int OutboundOpens => Volatile.Read(ref _outboundOpens);

    /// <summary>A stream that the remote opened: the handler gets <c>Local</c>, the test keeps <c>Remote</c>.</summary>
    public (Libp2pStream Local, InMemoryMuxedStream Remote) ConnectInbound(
        string protocolId, long windowBytes = InMemoryMuxedStream.YamuxWindowBytes)
    {
        (InMemoryMuxedStream dialer, InMemoryMuxedStream listener) = NewPair(windowBytes);
        return (new Libp2pStream(protocolId, this, listener), dialer);
    }

    /// <summary>The next stream that this side opened; the test plays the remote on it.</summary>
    public async Task<OutboundStream> AcceptOutboundAsync() => await _outbound.Reader.ReadAsync().AsTask().Within();

    public async ValueTask<Libp2pStream> OpenStreamAsync(IReadOnlyList<string> protocolIds, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _outboundOpens);
        if (_closed.IsCancellationRequested)
        {
            throw new MuxerConnectionException(ConnectionEndReason.ClosedLocally, "The fake connection is closed.");
        }

        string protocolId = protocolIds.FirstOrDefault(id => RemoteProtocols?.Contains(id) ?? true)
            ?? throw new NegotiationException(NegotiationError.ProtocolNotSupported, "The fake remote speaks none of these.");
        (InMemoryMuxedStream dialer, InMemoryMuxedStream listener) = NewPair(InMemoryMuxedStream.YamuxWindowBytes);
        await _outbound.Writer.WriteAsync(new OutboundStream(protocolId, listener), cancellationToken);
        return new Libp2pStream(protocolId, this, dialer);
    }

    public T GetOrAddState<T>(Func<T> create)
        where T : class => (T)_state.GetOrAdd(typeof(T), _ => new Lazy<object>(create)).Value;

    /// <summary>Ends the connection: every stream throws and <see cref="Closed"/> is cancelled.</summary>
    public async ValueTask CloseAsync(CancellationToken cancellationToken = default)
    {
        await _closed.CancelAsync();
        foreach (InMemoryMuxedStream stream in _streams)
        {
            stream.EndConnection();
        }
    }

    public void Dispose() => _closed.Dispose();

    private (InMemoryMuxedStream Dialer, InMemoryMuxedStream Listener) NewPair(long windowBytes)
    {
        (InMemoryMuxedStream dialer, InMemoryMuxedStream listener) =
            InMemoryMuxedStream.CreatePair((ulong)Interlocked.Increment(ref _lastStreamId), windowBytes);
        _streams.Add(dialer);
        return (dialer, listener);
    }

    /// <summary>A stream that the code under test opened, seen from the remote.</summary>
    public sealed record OutboundStream(string ProtocolId, InMemoryMuxedStream Stream);
}
