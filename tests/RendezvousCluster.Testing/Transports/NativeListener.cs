using System.Collections.Concurrent;
using System.Net;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Testing.Transports;

/// <summary>A bound address of a <see cref="NativeTransport"/>. It keeps the rules of <see cref="Door"/>.</summary>
internal sealed class NativeListener : ITransportListener, IDisposable
{
    private readonly HostContext _context;
    private readonly NativeNetwork _network;
    private readonly Func<ICapableConnection, Task> _onConnection;
    private readonly IPEndPoint _endPoint;
    private readonly ConcurrentDictionary<NativeConnection, Task> _serving = [];

    public NativeListener(HostContext context, NativeNetwork network, IPEndPoint endPoint, Func<ICapableConnection, Task> onConnection)
    {
        _context = context;
        _network = network;
        _onConnection = onConnection;
        _endPoint = network.Bind(endPoint, this);
        Addresses = [NativeTransport.AddressOf(_endPoint)];
    }

    public IReadOnlyList<Multiaddr> Addresses { get; }

    public void Accept(NativeConnection connection)
    {
        if (_context.Door.Admit(connection.RemoteIp) is not { } scope)
        {
            connection.Cut();
            return;
        }

        connection.Begin(scope, _context.Limits);
        _context.Door.Watch(scope, connection.Cut, () => connection.HasReceived);
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _serving.TryAdd(connection, ServeAsync(connection, scope, begin.Task));
        begin.SetResult();
    }

    public void Dispose() => _network.Unbind(_endPoint);

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await Task.WhenAll(_serving.Values);
    }

    private async Task ServeAsync(NativeConnection connection, ConnectionScope scope, Task begin)
    {
        await begin;
        try
        {
            connection.Authenticate(
                await NativeHandshake.ListenAsync(connection, _context.Identity, scope.MarkSpeaking, _context.Stopping));
            await _onConnection(connection);
        }
        catch (Exception exception) when (exception is Libp2pException or OperationCanceledException)
        {
            // The remote's doing.
            _ = exception;
        }
        finally
        {
            connection.Cut();
            await connection.DisposeAsync();
            scope.Dispose();
            _serving.TryRemove(connection, out _);
        }
    }
}
