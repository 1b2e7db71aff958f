using System.Net;
using System.Threading.Channels;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Testing.Transports;

/// <summary>
/// One end of a connection of <see cref="NativeTransport"/>: messages for the handshake, then streams that no muxer of the library has
/// made.
/// The account of its scope counts the bytes that its peer sends and nobody has read; inbound streams beyond the limits are reset.
/// </summary>
public sealed class NativeConnection : ICapableConnection, IMuxedConnection
{
    private const int MaxMessages = 16;

    private readonly Lock _lock;
    private readonly IPEndPoint _remoteEndPoint;
    private readonly bool _isDialler;
    private readonly Channel<byte[]> _messages = Channel.CreateBounded<byte[]>(MaxMessages);
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<InMemoryMuxedStream> _streams = [];
    private Channel<InMemoryMuxedStream> _accepted = Channel.CreateBounded<InMemoryMuxedStream>(1);
    private NativeConnection? _remote;
    private Libp2pLimits _limits = new();
    private ConnectionScope? _scope;
    private PublicKey? _remotePublicKey;
    private ConnectionEndReason? _end;
    private ulong _lastStreamId;
    private volatile bool _hasReceived;
    private int _wasHeard;

    private NativeConnection(Lock pairLock, IPEndPoint remote, bool isDialler)
    {
        _lock = pairLock;
        _remoteEndPoint = remote;
        _isDialler = isDialler;
    }

    public PublicKey RemotePublicKey => _remotePublicKey ?? throw new InvalidOperationException("The handshake has not ended.");

    public Multiaddr RemoteAddress => NativeTransport.AddressOf(_remoteEndPoint);

    public IMuxedConnection Streams => this;

    public string Muxer => NativeTransport.Name;

    public ConnectionScope Scope => _scope ?? throw new InvalidOperationException("The connection has no place.");

    public Task Completion => _completion.Task;

    public ConnectionEndReason? EndReason
    {
        get
        {
            lock (_lock)
            {
                return _end;
            }
        }
    }

    public int OpenStreamCount
    {
        get
        {
            lock (_lock)
            {
                _streams.RemoveAll(stream => stream.IsOver);
                return _streams.Count;
            }
        }
    }

    /// <summary>Whether this end says that it asks a silent remote itself; it never does.</summary>
    public bool AsksSilentRemotes { get; set; }

    /// <summary>Whether this end is cut off.</summary>
    public bool IsCut => EndReason is not null;

    internal IPAddress RemoteIp => _remoteEndPoint.Address;

    internal bool HasReceived => _hasReceived;

    private NativeConnection Remote => _remote ?? throw new InvalidOperationException("The pair is not complete.");

    /// <summary>Sends a message of the handshake, or nonsense.</summary>
    public void Send(byte[] message)
    {
        Remote._hasReceived = true;
        Remote.Hear();
        Remote._messages.Writer.TryWrite(message);
    }

    public bool TakeWasHeard() => Interlocked.Exchange(ref _wasHeard, 0) != 0;

    public async ValueTask<IMuxedStream?> AcceptStreamAsync(CancellationToken cancellationToken)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_accepted.Reader.TryRead(out InMemoryMuxedStream? stream))
            {
                return stream;
            }
        }

        return null;
    }

    public ValueTask<IMuxedStream> OpenStreamAsync(CancellationToken cancellationToken)
    {
        InMemoryMuxedStream dialled;
        lock (_lock)
        {
            if (_end is { } end)
            {
                throw new MuxerConnectionException(end, $"The connection has ended: {end}.");
            }

            if (OpenStreamCount >= _limits.MaxOutboundStreamsPerConnection)
            {
                throw new MuxerConnectionException(ConnectionEndReason.LimitReached, "Too many streams are open.");
            }

            ulong id = (2 * ++_lastStreamId) + (_isDialler ? 1u : 0u);
            (dialled, InMemoryMuxedStream accepted) = InMemoryMuxedStream.CreatePair(
                id, InMemoryMuxedStream.YamuxWindowBytes, _scope?.Account, Remote._scope?.Account);
            dialled.OnSent = Remote.Hear;
            accepted.OnSent = Hear;
            _streams.Add(dialled);
            Remote.Take(accepted);
        }

        return ValueTask.FromResult<IMuxedStream>(dialled);
    }

    public ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        End(ConnectionEndReason.ClosedLocally, ConnectionEndReason.ClosedByRemote);
        return ValueTask.CompletedTask;
    }

    public void Abort(ConnectionEndReason reason) => End(reason, ConnectionEndReason.TransportFailed);

    /// <summary>Cuts the connection at once, in any phase.</summary>
    public void Cut() => Abort(ConnectionEndReason.LimitReached);

    public async ValueTask DisposeAsync()
    {
        Abort(ConnectionEndReason.ClosedLocally);
        while (_accepted.Reader.TryRead(out InMemoryMuxedStream? stream))
        {
            await stream.DisposeAsync();
        }
    }

    /// <summary>Makes both ends of a connection.</summary>
    public static (NativeConnection Dialler, NativeConnection Accepted) CreatePair(IPEndPoint dialler, IPEndPoint listener)
    {
        var pairLock = new Lock();
        var dialling = new NativeConnection(pairLock, listener, isDialler: true);
        var accepted = new NativeConnection(pairLock, dialler, isDialler: false);
        dialling._remote = accepted;
        accepted._remote = dialling;
        return (dialling, accepted);
    }

    /// <param name="scope">The place of this end; null where nobody counts.</param>
    /// <param name="limits">The bounds of streams.</param>
    public void Begin(ConnectionScope? scope, Libp2pLimits limits)
    {
        _scope = scope;
        _limits = limits;
        _accepted = Channel.CreateBounded<InMemoryMuxedStream>(limits.MaxPendingStreamsPerConnection);
    }

    internal void Authenticate(PublicKey remote) => _remotePublicKey = remote;

    /// <exception cref="TransportException">The connection was cut.</exception>
    internal async Task<byte[]> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _messages.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw new TransportException("The other side cut the connection.", exception);
        }
    }

    // Under the lock of the pair.
    private void Take(InMemoryMuxedStream stream)
    {
        Hear();
        if (OpenStreamCount >= _limits.MaxInboundStreamsPerConnection || !_accepted.Writer.TryWrite(stream))
        {
            stream.Reset();
            return;
        }

        _streams.Add(stream);
    }

    private void Hear() => Volatile.Write(ref _wasHeard, 1);

    private void End(ConnectionEndReason here, ConnectionEndReason there)
    {
        lock (_lock)
        {
            if (_end is not null)
            {
                return;
            }

            _end = here;
            Remote._end ??= there;
            _streams.ForEach(stream => stream.EndConnection());
        }

        foreach (NativeConnection end in new[] { this, Remote })
        {
            end._messages.Writer.TryComplete();
            end._accepted.Writer.TryComplete();
            end._completion.TrySetResult();
        }
    }
}
