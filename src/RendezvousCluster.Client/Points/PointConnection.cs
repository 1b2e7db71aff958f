using Microsoft.Extensions.Logging;
using RendezvousCluster.Client.Errors;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;

namespace RendezvousCluster.Client.Points;

/// <summary>
/// The one connection to a point, dialled when it is first needed and again after it was lost. Callers who come while it is being dialled
/// share the attempt; one who gives up leaves it to the others. It is kept open while the client lives: its end is how the client learns at
/// once that a point has gone, and with it, perhaps, what was registered there.
/// </summary>
internal sealed partial class PointConnection(RendezvousPoint point, ClientContext context) : IAsyncDisposable
{
    // How long a goodbye may take; then the host cuts the connection when it stops.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly ILogger _logger = context.LoggerFactory.CreateLogger<PointConnection>();
    private readonly CancellationTokenSource _disposing = new();
    private readonly Lock _lock = new();
    private IPeerConnection? _current;
    private Task<IPeerConnection>? _dialling;

    /// <summary>The point that the connection leads to.</summary>
    public RendezvousPoint Point => point;

    /// <summary>Raised when an open connection has ended, at either side.</summary>
    public event EventHandler? Lost;

    /// <summary>The connection; dials if there is none.</summary>
    /// <exception cref="PointUnreachableException">None of the point's addresses can be dialled.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up, or this was disposed meanwhile.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed before.</exception>
    public Task<IPeerConnection> GetAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposing.IsCancellationRequested, typeof(RendezvousClient));
        lock (_lock)
        {
            if (_current is { } current && !current.Closed.IsCancellationRequested)
            {
                return Task.FromResult(current);
            }

            _dialling ??= DialAsync();
            return _dialling.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Gives up a connection that does not answer; the next request dials anew.</summary>
    public async ValueTask DropAsync(IPeerConnection connection)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_current, connection))
            {
                _current = null;
            }
        }

        await CloseAsync(connection).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync().ConfigureAwait(false);
        Task<IPeerConnection>? dialling;
        IPeerConnection? current;
        lock (_lock)
        {
            (dialling, current) = (_dialling, _current);
            _current = null;
        }

        if (dialling is not null)
        {
            await ((Task)dialling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            current = dialling.IsCompletedSuccessfully ? await dialling.ConfigureAwait(false) : current;
        }

        if (current is not null)
        {
            await CloseAsync(current).ConfigureAwait(false);
        }
    }

    private async Task<IPeerConnection> DialAsync()
    {
        await Task.Yield(); // the caller holds the lock and has not noted this task yet
        try
        {
            _disposing.Token.ThrowIfCancellationRequested();
            using var timeout = new CancellationTokenSource(context.Limits.ConnectTimeout, context.TimeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _disposing.Token);
            IPeerConnection connection = await DialAnyAsync(timeout.Token, either.Token).ConfigureAwait(false);
            lock (_lock)
            {
                _current = connection;
            }

            LogConnected(_logger, point.PeerId, connection.RemoteAddress);
            connection.Closed.UnsafeRegister(_ => OnClosed(connection), null);
            return connection;
        }
        finally
        {
            lock (_lock)
            {
                _dialling = null;
            }
        }
    }

    private async Task<IPeerConnection> DialAnyAsync(CancellationToken timeout, CancellationToken either)
    {
        Exception? last = null;
        foreach (Multiaddr address in point.Addresses)
        {
            try
            {
                return await context.Node.DialAsync(address, either).ConfigureAwait(false);
            }
            catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !_disposing.IsCancellationRequested)
            {
                throw new PointUnreachableException(
                    point, $"{point.PeerId} could not be dialled within {context.Limits.ConnectTimeout.TotalSeconds} s.", last ?? exception)
                {
                    NothingSent = true,
                };
            }
            catch (Exception exception) when (exception is Libp2pException or TimeoutException)
            {
                last = exception; // the next address may do
            }
        }

        throw new PointUnreachableException(point, $"{point.PeerId} could not be dialled: {last!.Message}", last) { NothingSent = true };
    }

    private void OnClosed(IPeerConnection connection)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_current, connection))
            {
                _current = null;
            }
        }

        if (!_disposing.IsCancellationRequested)
        {
            LogLost(_logger, point.PeerId);
            Lost?.Invoke(this, EventArgs.Empty);
        }
    }

    private async ValueTask CloseAsync(IPeerConnection connection)
    {
        using var timeout = new CancellationTokenSource(CloseTimeout, context.TimeProvider);
        try
        {
            await connection.CloseAsync(timeout.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is Libp2pException or OperationCanceledException)
        {
            LogCloseFailed(_logger, point.PeerId, exception.Message);
        }
    }
}
