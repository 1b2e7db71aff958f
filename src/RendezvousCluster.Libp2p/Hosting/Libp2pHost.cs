using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Protocols.Ping;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>
/// A libp2p node: listens, dials, upgrades connections (Noise, then Yamux or Mplex) and hands inbound streams to the handlers of their
/// protocols.
///
/// Rules. A connection takes its place in the limits when it is accepted, before a byte of it is read, and gives it back when its socket is
/// closed, whatever ended it. Nothing that a remote does reaches a listener as an exception: a failed upgrade is a line in the log and a
/// closed socket. Stopping is orderly: listeners first, then a go-away on every connection, then the cut.
/// </summary>
public sealed partial class Libp2pHost : IAsyncDisposable
{
    // How long DisposeAsync lets peers take their goodbye.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    private readonly Libp2pOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly StreamHandlerTable _handlers;
    private readonly ConnectionUpgrader _upgrader;
    private readonly ConnectionLimiter _limiter;
    private readonly LimitWarnings _limitWarnings;
    private readonly ByteBudget _budget;
    private readonly CutWarnings _cuts;
    private readonly ITransport[] _transports;
    private readonly List<ITransportListener> _listeners = [];
    private readonly ConcurrentDictionary<PeerConnection, RawConnection> _connections = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly HostSelfDescription _self;
    private volatile Multiaddr[] _announced;

    /// <summary>Creates a host; it does nothing until <see cref="StartAsync"/> or <see cref="DialAsync"/>.</summary>
    /// <param name="options">Identity, addresses, limits.</param>
    /// <param name="handlers">The protocols to serve beside identify and ping, which every host serves.</param>
    /// <param name="timeProvider">Drives timeouts and keep-alive; the system's clock when null.</param>
    /// <param name="loggerFactory">Where to log; nowhere when null.</param>
    /// <exception cref="AnnouncedAddressException">An address to announce ends in another peer's id.</exception>
    public Libp2pHost(
        Libp2pOptions options, IEnumerable<IStreamHandler> handlers, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
    {
        Libp2pMetrics.Begin();
        loggerFactory ??= NullLoggerFactory.Instance;
        _options = options;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _logger = loggerFactory.CreateLogger<Libp2pHost>();
        Identity = options.Identity ?? KeyPair.GenerateEd25519();
        _announced = AnnouncedAddresses.Of(options.AnnounceAddresses, PeerId);
        _self = new HostSelfDescription(this, options.AgentVersion, _timeProvider, _logger);
        _handlers = new StreamHandlerTable(
        [
            new IdentifyHandler(_self, options.Limits, _timeProvider),
            new IdentifyPushHandler(options.Limits, _timeProvider),
            new PingHandler(options.Limits, _timeProvider),
            .. handlers,
        ]);
        _limiter = new ConnectionLimiter(options.Limits);
        _limitWarnings = new LimitWarnings(options.Limits, _timeProvider, _logger);
        var door = new Door(_limiter, _limitWarnings.Refused, options.Limits, _timeProvider);
        var context = new HostContext(Identity, [.. options.Muxers.Keys], options.Limits, door, _timeProvider, loggerFactory);
        _transports = [.. options.Transports.Values.Select(create => create(context))];
        _budget = new ByteBudget(options.Limits);
        _cuts = new CutWarnings(options.Limits, _timeProvider, _logger);
        _upgrader = ConnectionUpgrader.Of(options, context);
    }

    /// <summary>Who the host is.</summary>
    public KeyPair Identity { get; }

    /// <summary>The host's peer id.</summary>
    public PeerId PeerId => Identity.PeerId;

    /// <summary>The addresses really bound, without the peer id; empty before <see cref="StartAsync"/>.</summary>
    public IReadOnlyList<Multiaddr> ListenAddresses => [.. _listeners.SelectMany(listener => listener.Addresses)];

    /// <summary>
    /// Raised after <see cref="AdvertisedAddresses"/> may have changed: the host was started, or told other addresses by <see cref="Announce"/>.
    /// Handlers run on the thread that made the change, and must not throw.
    /// </summary>
    public event EventHandler? AddressesChanged;

    /// <summary>
    /// The addresses that peers see: the announced ones, or the bound ones where none are given. As they were given, without the host's own
    /// peer id at the end.
    /// </summary>
    public IReadOnlyList<Multiaddr> AdvertisedAddresses => _announced is { Length: > 0 } announced ? announced : ListenAddresses;

    /// <summary>The protocol ids that it serves: identify, ping and those of the handlers.</summary>
    public IReadOnlyList<string> ProtocolIds => _handlers.ProtocolIds;

    /// <summary>Connections that are open now.</summary>
    public IReadOnlyCollection<IPeerConnection> Connections => [.. _connections.Keys];

    /// <summary>
    /// What the host holds for all its peers now, in bytes: received and unread, waiting to be written, handshakes under way.
    /// </summary>
    public long HeldBytes => _budget.HeldBytes;

    /// <summary>
    /// The host's own signed record of <see cref="AdvertisedAddresses"/>, or null when there are none. Identify shows the same one. It stays the
    /// same until the addresses change, then its sequence is higher: whoever registers this host somewhere registers this record, and no other.
    /// </summary>
    /// <param name="flavour">Which of the two deployed forms is wanted; both have the same sequence.</param>
    public SignedPeerRecord? GetSignedPeerRecord(RecordFlavour flavour = RecordFlavour.Standard) => _self.RecordIn(flavour);

    /// <summary>
    /// Tells other addresses from now on, in place of those in <see cref="Libp2pOptions.AnnounceAddresses"/>: for a host that learns, or
    /// changes, its outside address while it runs. An empty list tells the bound ones.
    /// </summary>
    /// <exception cref="AnnouncedAddressException">An address ends in another peer's id; then nothing changes.</exception>
    public void Announce(IEnumerable<Multiaddr> addresses)
    {
        _announced = AnnouncedAddresses.Of(addresses, PeerId);
        AddressesChanged?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>
    /// Finds out whether every listen address could be bound now, all of them together, and leaves none bound: for an application that has
    /// much to do before it starts the host. Ports that the system chooses are not looked at.
    /// </summary>
    /// <exception cref="TransportException">An address cannot be bound.</exception>
    public void CheckListenAddresses()
    {
        var bound = new List<IDisposable>();
        try
        {
            foreach (Multiaddr address in _options.ListenAddresses)
            {
                IListeningTransport transport = ListeningTransportFor(address);
                if (address.FinalPeerId is { } named && !named.Equals(PeerId))
                {
                    throw new TransportException(
                        $"Cannot listen on {address}: it ends in the id of another peer, and this host is {PeerId}.");
                }

                bound.Add(transport.Bind(address));
            }
        }
        finally
        {
            bound.ForEach(socket => socket.Dispose());
        }
    }

    /// <summary>Binds every listen address; when one cannot be bound, none stays bound.</summary>
    /// <exception cref="TransportException">An address cannot be bound.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            foreach (Multiaddr address in _options.ListenAddresses)
            {
                IListeningTransport transport = ListeningTransportFor(address);
                _listeners.Add(await transport.ListenAsync(address, ServeInboundAsync, cancellationToken).ConfigureAwait(false));
            }
        }
        catch
        {
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        AddressesChanged?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Dials a peer. Where the address ends in <c>/p2p/…</c>, whoever answers must prove to be that peer.</summary>
    /// <exception cref="TransportException">Nobody answered there, the connection was cut, or a limit of this host is reached.</exception>
    /// <exception cref="Libp2pException">The peer is somebody else, refused, or shares no protocol with us.</exception>
    /// <exception cref="TimeoutException">The dial or the upgrade took too long.</exception>
    public async Task<IPeerConnection> DialAsync(Multiaddr address, CancellationToken cancellationToken = default)
    {
        ITransport transport = TransportFor(address);
        if (_limiter.TryReserve(remoteIp: null, isOutbound: true, out ConnectionScope? scope, out _) is var refusal && scope is null)
        {
            throw new TransportException($"Not dialled: this host's limit {refusal} is reached.");
        }

        RawConnection? raw = null;
        ByteAccount? account = null;
        try
        {
            raw = await BoundedAsync(
                _options.Limits.DialTimeout,
                $"Dialling {address}",
                token => transport.DialAsync(address, token),
                cancellationToken).ConfigureAwait(false);
            account = OpenAccount(raw);
            UpgradedConnection upgraded = await BoundedAsync(
                _options.Limits.UpgradeTimeout,
                $"The upgrade of {address}",
                token => _upgrader.UpgradeOutboundAsync(raw.Transport, address.FinalPeerId, account, token).AsTask(),
                cancellationToken).ConfigureAwait(false);
            PeerConnection connection = Adopt(raw, upgraded, scope, isOutbound: true);
            _ = RunAsync(connection, raw, scope);
            return connection;
        }
        catch
        {
            scope.Dispose();
            account?.Close();
            if (raw is not null)
            {
                raw.Abort();
                await raw.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>Stops listening, says goodbye on every connection, and cuts those still open when the token is cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task[] listenersStopped = [.. _listeners.Select(listener => listener.DisposeAsync().AsTask())];
        await Task.WhenAll(_connections.Keys.Select(connection => CloseAsync(connection, cancellationToken))).ConfigureAwait(false);
        await Task.WhenAll(listenersStopped).ConfigureAwait(false);
        _listeners.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(StopPatience, _timeProvider);
        await StopAsync(patience.Token).ConfigureAwait(false);
        foreach (IDisposable transport in _transports.OfType<IDisposable>())
        {
            transport.Dispose();
        }

        _limitWarnings.Dispose();
    }

    private ITransport TransportFor(Multiaddr address) =>
        _transports.FirstOrDefault(transport => transport.CanHandle(address))
        ?? throw new TransportException(
            $"No transport for {address}: this host speaks {string.Join(" and ", _options.Transports.Keys)}, and goes through no relay.");

    private IListeningTransport ListeningTransportFor(Multiaddr address) =>
        TransportFor(address) as IListeningTransport
        ?? throw new TransportException(
            $"Cannot listen on {address}: this host only dials such addresses. "
            + "RendezvousCluster.Libp2p.Kestrel (UseKestrel) listens on WebSocket.");

    private async Task<T> BoundedAsync<T>(TimeSpan limit, string what, Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await action(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{what} took longer than {limit.TotalSeconds} s.", exception);
        }
        catch (Exception exception) when (exception is IOException)
        {
            throw new TransportException($"{what} failed: the other side cut the connection.", exception);
        }
    }
}
