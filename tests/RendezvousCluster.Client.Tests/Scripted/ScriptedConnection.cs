using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Negotiation;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;

namespace RendezvousCluster.Client.Tests.Scripted;

/// <summary>A connection from a client to a <see cref="ScriptedPoint"/>, which serves each stream as soon as it is opened.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer and no wait handle: nothing to free.")]
internal sealed class ScriptedConnection(ScriptedPoint point, PeerId client) : IPeerConnection
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _state = new();
    private readonly ConcurrentDictionary<InMemoryMuxedStream, bool> _streams = new();
    private readonly CancellationTokenSource _closed = new();

    /// <summary>The peer that has dialled.</summary>
    public PeerId Client => client;

    public PeerId RemotePeer => point.Peer.Id;

    public PublicKey RemotePublicKey => point.Peer.KeyPair.PublicKey;

    public Multiaddr RemoteAddress => point.Point.Addresses[0].WithoutPeerId();

    public bool IsOutbound => true;

    public string Muxer => "/in-memory/1.0.0";

    public CancellationToken Closed => _closed.Token;

    public ByteAccount Account { get; } = new();

    /// <summary>The remote takes no further streams, and the end of the connection is not known here yet.</summary>
    public bool IsGoingAway { get; set; }

    public ValueTask<Libp2pStream> OpenStreamAsync(IReadOnlyList<string> protocolIds, CancellationToken cancellationToken)
    {
        if (IsGoingAway || _closed.IsCancellationRequested)
        {
            throw new MuxerConnectionException(ConnectionEndReason.ClosedByRemote, "The scripted connection is closed.");
        }

        string protocolId = protocolIds.FirstOrDefault(id => point.ProtocolIds.Contains(id)
            || (point.AgentVersion is not null && id == IdentifyProtocol.Id))
            ?? throw new NegotiationException(NegotiationError.ProtocolNotSupported, "The scripted point speaks none of these.");
        (InMemoryMuxedStream dialer, InMemoryMuxedStream listener) = InMemoryMuxedStream.CreatePair();
        _streams[dialer] = true;
        _ = ServeAsync(protocolId, dialer, listener);
        return ValueTask.FromResult(new Libp2pStream(protocolId, this, dialer));
    }

    public T GetOrAddState<T>(Func<T> create)
        where T : class => (T)_state.GetOrAdd(typeof(T), _ => new Lazy<object>(create)).Value;

    public async ValueTask CloseAsync(CancellationToken cancellationToken = default)
    {
        await _closed.CancelAsync();
        foreach (InMemoryMuxedStream stream in _streams.Keys)
        {
            stream.EndConnection();
        }
    }

    private async Task ServeAsync(string protocolId, InMemoryMuxedStream dialer, InMemoryMuxedStream listener)
    {
        await Task.Yield();
        try
        {
            await (protocolId == IdentifyProtocol.Id ? point.IdentifyAsync(listener) : point.ServeAsync(listener, this));
        }
        catch (MuxerStreamException)
        {
            return; // the client has gone
        }
        finally
        {
            await listener.DisposeAsync();
            _streams.TryRemove(dialer, out _);
        }
    }
}
