using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Kestrel;

/// <summary>
/// An accepted socket's connection, as Kestrel and the transports see it.
///
/// Rules. It holds a place of the limits until its socket is closed; the place is among its features, where the transports find it.
/// Closing lets what is written go out, but no longer than a peer may refuse to read: Kestrel's own connection would wait for ever with its
/// socket.
/// </summary>
internal sealed class HostConnection : ConnectionContext
{
    private readonly ConnectionContext _inner;
    private readonly ConnectionScope _scope;
    private readonly TimeSpan _closeTimeout;
    private readonly TimeProvider _timeProvider;

    public HostConnection(ConnectionContext inner, ConnectionScope scope, TimeSpan closeTimeout, TimeProvider timeProvider)
    {
        _inner = inner;
        _scope = scope;
        _closeTimeout = closeTimeout;
        _timeProvider = timeProvider;
        inner.Features.Set(scope);
    }

    public override IDuplexPipe Transport
    {
        get => _inner.Transport;
        set => _inner.Transport = value;
    }

    public override string ConnectionId
    {
        get => _inner.ConnectionId;
        set => _inner.ConnectionId = value;
    }

    public override IFeatureCollection Features => _inner.Features;

    public override IDictionary<object, object?> Items
    {
        get => _inner.Items;
        set => _inner.Items = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => _inner.ConnectionClosed;
        set => _inner.ConnectionClosed = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _inner.LocalEndPoint;
        set => _inner.LocalEndPoint = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _inner.RemoteEndPoint;
        set => _inner.RemoteEndPoint = value;
    }

    public override void Abort(ConnectionAbortedException abortReason) => _inner.Abort(abortReason);

    public override void Abort() => _inner.Abort();

    public override async ValueTask DisposeAsync()
    {
        Task closing = _inner.DisposeAsync().AsTask();
        try
        {
            await closing.WaitAsync(_closeTimeout, _timeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!closing.IsCompleted)
        {
            _inner.Abort();
            await closing.ConfigureAwait(false);
        }
        finally
        {
            _scope.Dispose();
            await base.DisposeAsync().ConfigureAwait(false);
        }
    }
}
