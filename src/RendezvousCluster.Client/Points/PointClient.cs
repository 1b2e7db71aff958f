using RendezvousCluster.Client.Errors;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Client.Points;

/// <summary>
/// The requests to one point. The rules it keeps:
/// <list type="bullet">
/// <item>One stream per request, which <see cref="PointExchange"/> carries out.</item>
/// <item>A request always ends: with an answer, or with one of this library's exceptions within the time limits. Only the
/// caller's own token ends it with <see cref="OperationCanceledException"/>.</item>
/// <item>Any answer, a refusal too, shows a working point. No answer, E_UNAVAILABLE and E_INTERNAL_ERROR count as failures of the point: it
/// is then left alone for a while, by all of the client. Requests that waited for a turn meanwhile fail at once.</item>
/// <item>A connection on which a request ran out of time is given up: it may be dead without knowing.</item>
/// </list>
/// </summary>
internal sealed class PointClient : IAsyncDisposable
{
    /// <summary>What an OK without a time to live grants: the spec's default.</summary>
    internal static readonly TimeSpan DefaultTtl = TimeSpan.FromHours(2);

    private readonly ClientContext _context;
    private readonly PointConnection _connection;
    private readonly IdentifyClient _identify;
    private readonly PointExchange _exchange;
    private readonly SemaphoreSlim _turns;
    private readonly RequestPacer _pacer;
    private readonly string[] _protocolIds;
    private readonly Lock _lock = new();
    private PointHealth _health;

    public PointClient(RendezvousPoint point, ClientContext context)
    {
        Point = point;
        _context = context;
        _connection = new PointConnection(point, context);
        _identify = new IdentifyClient(new Libp2pLimits(), context.TimeProvider);
        _turns = new SemaphoreSlim(context.Limits.MaxRequestsInFlightPerPoint);
        _pacer = new RequestPacer(context.Limits.RequestsPerSecondPerPoint);
        _protocolIds = [.. context.Options.ProtocolIds];
        _exchange = new PointExchange(point, context, _identify, _protocolIds);
        _health = PointHealth.Unknown(point);
    }

    /// <summary>Raised when an open connection to the point has ended.</summary>
    public event EventHandler? ConnectionLost
    {
        add => _connection.Lost += value;
        remove => _connection.Lost -= value;
    }

    /// <summary>Which point.</summary>
    public RendezvousPoint Point { get; }

    /// <summary>How it has done.</summary>
    public PointHealth Health => Volatile.Read(ref _health);

    /// <summary>Registers this node once.</summary>
    /// <param name="ns">Where.</param>
    /// <param name="ttl">For how long; null leaves it to the point.</param>
    /// <param name="insist">Whether to ask although the point is to be left alone.</param>
    /// <param name="cancellationToken">Gives up; the outcome is then unknown.</param>
    /// <exception cref="NoAddressesException">This node has no address.</exception>
    /// <exception cref="RendezvousException">It was not granted, or nobody knows.</exception>
    public async Task<Grant> RegisterAsync(RendezvousNamespace ns, TimeSpan? ttl, bool insist, CancellationToken cancellationToken)
    {
        if (_context.Node.GetSignedPeerRecord(RecordFlavour.Standard) is null)
        {
            throw new NoAddressesException();
        }

        ulong wish = ttl is { } wanted ? (ulong)wanted.TotalSeconds : 0;
        (RegisterResponse response, DateTimeOffset sentAt) = await AskAsync(
            async (stream, token) =>
            {
                ReadOnlyMemory<byte> record = await OwnRecordAsync(stream.Connection, token).ConfigureAwait(false);
                DateTimeOffset sent = _context.Clock.Now;
                return (await _exchange.AskAsync<RegisterResponse>(stream, new RegisterRequest(ns.Utf8, record, wish), token)
                    .ConfigureAwait(false), sent);
            },
            answer => answer.Item1.Status,
            insist,
            cancellationToken).ConfigureAwait(false);
        if (response.Status != RendezvousStatus.Ok)
        {
            throw RendezvousRefusedException.Of(Point, response.Status, response.StatusText);
        }

        double seconds = response.TtlSeconds > 0 ? response.TtlSeconds : (ttl ?? DefaultTtl).TotalSeconds;
        return new Grant(sentAt, TimeSpan.FromSeconds(Math.Min(seconds, _context.Limits.MaxTtl.TotalSeconds)));
    }

    /// <summary>Unregisters this node.</summary>
    /// <exception cref="UnregisterUnconfirmedException">Nothing shows that the point has done it: see
    /// <see cref="UnregisterEvidence"/>.</exception>
    /// <exception cref="RendezvousException">It could not be asked.</exception>
    public async Task UnregisterAsync(RendezvousNamespace ns, bool insist, CancellationToken cancellationToken) =>
        await AskAsync(
            async (stream, token) =>
            {
                await _exchange.UnregisterAsync(stream, ns, token).ConfigureAwait(false);
                return RendezvousStatus.Ok;
            },
            status => status,
            insist,
            cancellationToken).ConfigureAwait(false);

    /// <summary>Asks for one page.</summary>
    /// <param name="ns">The namespace; null for all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cookie">That of the page before; empty for the first.</param>
    /// <param name="insist">Whether to ask although the point is to be left alone.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RendezvousException">There is no page.</exception>
    public async Task<DiscoverResponse> DiscoverAsync(
        RendezvousNamespace? ns, int limit, ReadOnlyMemory<byte> cookie, bool insist, CancellationToken cancellationToken)
    {
        var request = new DiscoverRequest(ns?.Utf8 ?? default, (ulong)limit, cookie) { Reads = RegistrationFlavours.BothSigned };
        DiscoverResponse response = await AskAsync(
            (stream, token) => _exchange.AskPageAsync(stream, request, token),
            answer => answer.Status,
            insist,
            cancellationToken).ConfigureAwait(false);
        return response.Status == RendezvousStatus.Ok
            ? response
            : throw RendezvousRefusedException.Of(Point, response.Status, response.StatusText);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<ReadOnlyMemory<byte>> OwnRecordAsync(IPeerConnection connection, CancellationToken cancellationToken)
    {
        RegistrationFlavour flavour = _context.Options.Flavour
            ?? await PointKind.Of(connection, _identify).RecordFlavourAsync(cancellationToken).ConfigureAwait(false);
        RecordFlavour signed = flavour == RegistrationFlavour.RoutingState ? RecordFlavour.RoutingState : RecordFlavour.Standard;
        ReadOnlyMemory<byte> envelope = _context.Node.GetSignedPeerRecord(signed)?.Envelope ?? throw new NoAddressesException();
        return flavour == RegistrationFlavour.PeerInfo ? PeerInfo.Project(envelope.Span) : envelope;
    }

    private async Task<T> AskAsync<T>(
        Func<Libp2pStream, CancellationToken, Task<T>> exchange, Func<T, RendezvousStatus> statusOf, bool insist,
        CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfBackingOff(insist);
            if (_pacer.Reserve(_context.Clock.Now) is var wait && wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, _context.TimeProvider, cancellationToken).ConfigureAwait(false);
            }

            long began = _context.TimeProvider.GetTimestamp();
            T answer = await AskOverAnyAsync(exchange, cancellationToken).ConfigureAwait(false);
            RendezvousStatus status = statusOf(answer);
            if (status is RendezvousStatus.Unavailable or RendezvousStatus.InternalError)
            {
                NoteFailure(RendezvousRefusedException.Of(Point, status, ""));
            }
            else
            {
                NoteAnswer(_context.TimeProvider.GetElapsedTime(began));
            }

            return answer;
        }
        catch (Exception exception) when (exception is PointUnreachableException or InvalidResponseException)
        {
            NoteFailure((RendezvousException)exception);
            throw;
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task<T> AskOverAnyAsync<T>(Func<Libp2pStream, CancellationToken, Task<T>> exchange, CancellationToken cancellationToken)
    {
        IPeerConnection connection = await _connection.GetAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await AskOverAsync(connection, exchange, cancellationToken).ConfigureAwait(false);
        }
        catch (PointUnreachableException exception) when (exception is { NothingSent: true, InnerException: MuxerConnectionException })
        {
            // It was closed while nobody looked: many servers close idle connections. That says nothing against the point.
            await _connection.DropAsync(connection).ConfigureAwait(false);
            connection = await _connection.GetAsync(cancellationToken).ConfigureAwait(false);
            return await AskOverAsync(connection, exchange, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<T> AskOverAsync<T>(
        IPeerConnection connection, Func<Libp2pStream, CancellationToken, Task<T>> exchange, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_context.Limits.RequestTimeout, _context.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        bool isOpen = false;
        try
        {
            Libp2pStream stream = await connection.OpenStreamAsync(_protocolIds, either.Token).ConfigureAwait(false);
            isOpen = true;
            await using (stream.ConfigureAwait(false))
            {
                return await exchange(stream, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            await _connection.DropAsync(connection).ConfigureAwait(false);
            throw new PointUnreachableException(
                Point, $"{Point.PeerId} did not answer within {_context.Limits.RequestTimeout.TotalSeconds} s.", exception);
        }
        catch (InvalidFrameException exception)
        {
            throw new InvalidResponseException(
                Point, $"{Point.PeerId} answered with a frame that cannot be read: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PointUnreachableException(Point, $"The connection to {Point.PeerId} was closed during a request.", exception);
        }
        catch (Libp2pException exception)
        {
            throw new PointUnreachableException(
                Point, $"{Point.PeerId} did not answer: {exception.Message}", exception) { NothingSent = !isOpen };
        }
    }

    private void ThrowIfBackingOff(bool insist)
    {
        PointHealth health = Health;
        if (!insist && health.IsBackingOff(_context.Clock.Now))
        {
            throw new PointBackingOffException(Point, health.FailuresInARow, health.RetryAt, health.LastError);
        }
    }

    private void NoteAnswer(TimeSpan roundTrip)
    {
        lock (_lock)
        {
            _health = _health.Answered(_context.Clock.Now, roundTrip);
        }
    }

    private void NoteFailure(RendezvousException error)
    {
        lock (_lock)
        {
            _health = _health.Failed(_context.Clock.Now, error, _context.Backoff, _context.Jitter());
        }
    }
}
