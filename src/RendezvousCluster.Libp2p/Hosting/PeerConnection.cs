using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Negotiation;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Libp2p.Hosting;

// Request path, step 6: agree on a protocol for the stream.
/// <summary>
/// A live connection: accepts the remote's streams, agrees on a protocol for each and hands it to its handler.
///
/// Rules. One task accepts; each stream then runs on its own, so a slow negotiation or handler never holds up the next stream. A stream
/// that fails at any step is reset, and the connection lives on; only the muxer ends a connection. This class disposes every stream, so a
/// stream that a handler forgets does not leak. The connection ends with the muxer, and <see cref="Closed"/> tells the handlers.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "The source has no timer and no wait handle: nothing to free, and handlers may look at its token after the end.")]
internal sealed partial class PeerConnection : IPeerConnection
{
    private readonly IMuxedConnection _streams;
    private readonly StreamHandlerTable _handlers;
    private readonly Libp2pLimits _limits;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Dictionary<Type, object>? _state;

    public PeerConnection(
        ICapableConnection connection, StreamHandlerTable handlers, Libp2pLimits limits, TimeProvider timeProvider, ILogger logger)
    {
        _streams = connection.Streams;
        _handlers = handlers;
        _limits = limits;
        _timeProvider = timeProvider;
        _logger = logger;
        RemotePublicKey = connection.RemotePublicKey;
        Muxer = connection.Muxer;
        Account = connection.Scope.Account;
        RemoteAddress = connection.RemoteAddress;
        IsOutbound = connection.Scope.IsOutbound;
        Closed = _closed.Token;
    }

    public PeerId RemotePeer => RemotePublicKey.PeerId;

    public PublicKey RemotePublicKey { get; }

    public Multiaddr RemoteAddress { get; }

    public bool IsOutbound { get; }

    public string Muxer { get; }

    public CancellationToken Closed { get; }

    public ByteAccount Account { get; }

    /// <summary>Completes when <see cref="RunAsync"/> has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Serves inbound streams until the connection ends, then answers why it did.</summary>
    public async Task<ConnectionEndReason> RunAsync()
    {
        using SilentPeerProbe? probe = SilentPeerProbe.Start(this, _streams, _limits, _timeProvider, _logger);
        try
        {
            while (await _streams.AcceptStreamAsync(CancellationToken.None).ConfigureAwait(false) is { } stream)
            {
                _ = ServeAsync(stream);
            }

            await _streams.Completion.ConfigureAwait(false);
            return _streams.EndReason ?? ConnectionEndReason.InternalError;
        }
        finally
        {
            await _closed.CancelAsync().ConfigureAwait(false);
            await _streams.DisposeAsync().ConfigureAwait(false);
            _ended.TrySetResult();
        }
    }

    public async ValueTask<Libp2pStream> OpenStreamAsync(IReadOnlyList<string> protocolIds, CancellationToken cancellationToken)
    {
        IMuxedStream stream = await _streams.OpenStreamAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using CancellationTokenSource timeout = NegotiationTimeout();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            string protocolId = await MultistreamSelect.DialAsync(stream, protocolIds, _limits, either.Token).ConfigureAwait(false);
            return new Libp2pStream(protocolId, this, stream);
        }
        catch
        {
            stream.Reset();
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public T GetOrAddState<T>(Func<T> create)
        where T : class
    {
        lock (_lock)
        {
            _state ??= [];
            if (!_state.TryGetValue(typeof(T), out object? state))
            {
                state = create();
                _state.Add(typeof(T), state);
            }

            return (T)state;
        }
    }

    public ValueTask CloseAsync(CancellationToken cancellationToken = default) => _streams.CloseAsync(cancellationToken);

    public void Abort(ConnectionEndReason reason) => _streams.Abort(reason);

    private async Task ServeAsync(IMuxedStream stream)
    {
        // Off the muxer's read loop: a handler's first synchronous steps must not hold up the other streams.
        await Task.Yield();
        try
        {
            await using (stream.ConfigureAwait(false))
            {
                string protocolId;
                using (CancellationTokenSource timeout = NegotiationTimeout())
                {
                    protocolId = await MultistreamSelect.ListenAsync(stream, _handlers.Contains, _limits, timeout.Token)
                        .ConfigureAwait(false);
                }

                await _handlers[protocolId].HandleAsync(new Libp2pStream(protocolId, this, stream), Closed).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is Libp2pException or OperationCanceledException)
        {
            // The remote's doing, or the end of the connection: worth a line only when somebody is looking for it.
            LogStreamEnded(_logger, RemotePeer, exception.Message);
        }
        catch (Exception exception)
        {
            LogHandlerFailed(_logger, RemotePeer, exception);
        }
    }

    private CancellationTokenSource NegotiationTimeout() => new(_limits.StreamNegotiationTimeout, _timeProvider);
}
