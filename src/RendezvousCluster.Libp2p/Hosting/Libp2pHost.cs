using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Protocols.Ping;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Libp2p.Security;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>
/// A libp2p node: listens and dials with the transports of its options, and hands inbound streams to the handlers of their protocols.
///
/// Rules. A connection takes its place in the limits when it is accepted, before a byte of it is read, and gives it back when its socket is
/// closed: see <see cref="Limits.Door"/>. Stopping is orderly: listeners first, then a go-away on every connection, then
/// the cut.
/// </summary>
public sealed class Libp2pHost : IAsyncDisposable
{
    // How long DisposeAsync lets peers take their goodbye.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly Libp2pOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly StreamHandlerTable _handlers;
    private readonly Door _door;
    private readonly LimitWarnings _limitWarnings;
    private readonly AccessGate _access;
    private readonly HostTransports _transports;
    private readonly HostConnections _connections;
    private readonly CancellationTokenSource _stopping = new();
    private readonly HostSelfDescription _self;
    private volatile Multiaddr[] _announced;
    private (IReadOnlyList<Multiaddr> Addresses, Task Stopped)? _suspended;

    /// <summary>Creates a host; it does nothing until <see cref="StartAsync"/> or <see cref="DialAsync"/>.</summary>
    /// <param name="options">Identity, addresses, limits.</param>
    /// <param name="handlers">The protocols to serve beside identify and ping, which every host serves.</param>
    /// <param name="timeProvider">Drives timeouts and keep-alive; the system's clock when null.</param>
    /// <param name="loggerFactory">Where to log; nowhere when null.</param>
    /// <exception cref="AnnouncedAddressException">An address to announce ends in another peer's id.</exception>
    public Libp2pHost(
        Libp2pOptions options,
        IEnumerable<IStreamHandler> handlers,
        TimeProvider? timeProvider = null,
        ILoggerFactory? loggerFactory = null)
    {
        Libp2pMetrics.Begin();
        loggerFactory ??= NullLoggerFactory.Instance;
        _options = options;
        _timeProvider = timeProvider ?? TimeProvider.System;
        ILogger logger = loggerFactory.CreateLogger<Libp2pHost>();
        Identity = options.Identity ?? KeyPair.GenerateEd25519();
        _announced = AnnouncedAddresses.Of(options.AnnounceAddresses, PeerId);
        var sequence = new RecordSequence(options.RecordSequenceFile, _timeProvider, logger);
        _self = new HostSelfDescription(this, options.AgentVersion, sequence, logger);
        _handlers = new StreamHandlerTable(
        [
            new IdentifyHandler(_self, options.Limits, _timeProvider),
            new IdentifyPushHandler(options.Limits, _timeProvider),
            new PingHandler(options.Limits, _timeProvider),
            .. handlers,
        ]);
        _limitWarnings = new LimitWarnings(options.Limits, _timeProvider, logger);
        _access = new AccessGate(options.Access, _timeProvider, logger);
        _connections = new HostConnections(_handlers, options.Limits, _limitWarnings, _access, _timeProvider, logger, _stopping.Token);
        _door = new Door(
            new ConnectionLimiter(options.Limits), _limitWarnings.Refused, options.Limits, _timeProvider, _connections.OpenAccount,
            access: _access);
        var context = new HostContext(options, Identity, _door, _timeProvider, loggerFactory, _stopping.Token);
        _transports = new HostTransports(options.Transports, context);
    }

    /// <summary>The host's key pair.</summary>
    public KeyPair Identity { get; }

    /// <summary>The host's peer id.</summary>
    public PeerId PeerId => Identity.PeerId;

    /// <summary>The addresses really bound, without the peer id; empty before <see cref="StartAsync"/>.</summary>
    public IReadOnlyList<Multiaddr> ListenAddresses => _transports.Addresses;

    /// <summary>
    /// Raised after <see cref="AdvertisedAddresses"/> may have changed: the host was started, or <see cref="Announce"/> set
    /// other addresses. Handlers run on the thread that made the change, and must not throw.
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
    public IReadOnlyCollection<IPeerConnection> Connections => _connections.Open;

    /// <summary>
    /// What the host holds for all its peers now, in bytes: received and unread, waiting to be written, handshakes under way.
    /// </summary>
    public long HeldBytes => _connections.HeldBytes;

    /// <summary>
    /// The host's own signed record of <see cref="AdvertisedAddresses"/>, or null when there are none. Identify shows the same one. It
    /// stays the same until the addresses change, then its sequence is higher: a registration of this host is one of this record.
    /// </summary>
    /// <param name="flavour">Which of the two deployed flavours is wanted; both have the same sequence.</param>
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
    /// Goes by another access list, and ends the connections that it does not serve. Those that this host has dialled stay.
    /// </summary>
    /// <returns>How many were ended.</returns>
    public int ChangeAccess(AccessList list)
    {
        _access.Change(list);
        return _connections.EndDenied();
    }

    /// <summary>
    /// Finds out whether every listen address could be bound now, all of them together, and leaves none bound: for an application that has
    /// much to do before it starts the host. Ports that the system chooses are not looked at.
    /// </summary>
    /// <exception cref="TransportException">An address cannot be bound.</exception>
    public void CheckListenAddresses() => _transports.Check(_options.ListenAddresses, PeerId);

    /// <summary>Binds every listen address; when one cannot be bound, none stays bound.</summary>
    /// <exception cref="TransportException">An address cannot be bound.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _transports.ListenAsync(_options.ListenAddresses, _connections.ServeAsync, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        AddressesChanged?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>
    /// Accepts no more connections, and leaves those that are open as they are, until <see cref="ResumeListeningAsync"/>.
    /// </summary>
    /// <returns>Ends when the last connection that was accepted is closed.</returns>
    public Task SuspendListening()
    {
        _suspended ??= (ListenAddresses, _transports.BeginStop());
        return _suspended.Value.Stopped;
    }

    /// <summary>
    /// Accepts connections again where it did before <see cref="SuspendListening"/>, as soon as the last of the connections that were open
    /// then is closed.
    /// </summary>
    /// <exception cref="TransportException">An address is taken by now.</exception>
    public async Task ResumeListeningAsync(CancellationToken cancellationToken = default)
    {
        if (_suspended is not { } suspended)
        {
            return;
        }

        await suspended.Stopped.WaitAsync(cancellationToken).ConfigureAwait(false);
        _transports.EndStop();
        await _transports.ListenAsync(suspended.Addresses, _connections.ServeAsync, cancellationToken).ConfigureAwait(false);
        _suspended = null;
        AddressesChanged?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Dials a peer. Where the address ends in <c>/p2p/…</c>, the one who answers must prove to be that peer.</summary>
    /// <exception cref="TransportException">Nobody answered there, the connection was cut, or a limit of this host is reached.</exception>
    /// <exception cref="Libp2pException">The peer is somebody else, refused, or shares no protocol with us.</exception>
    /// <exception cref="TimeoutException">The dial or the upgrade took too long.</exception>
    public async Task<IPeerConnection> DialAsync(Multiaddr address, CancellationToken cancellationToken = default)
    {
        ITransport transport = _transports.For(address);
        if (_door.AdmitOutbound(out ConnectionScope? scope) is var refusal && scope is null)
        {
            throw new TransportException($"Not dialled: this host's limit {refusal} is reached.");
        }

        ICapableConnection? connection = null;
        try
        {
            // Also for a transport that bounds nothing itself.
            connection = await TimeLimit.RunAsync(
                _options.Limits.DialTimeout + _options.Limits.UpgradeTimeout,
                $"Connecting to {address}",
                _timeProvider,
                token => transport.DialAsync(address, scope, token),
                cancellationToken).ConfigureAwait(false);
            PeerId answered = connection.RemotePublicKey.PeerId;
            if (address.FinalPeerId is { } expected && !expected.Equals(answered))
            {
                throw new SecurityHandshakeException(
                    SecurityHandshakeError.PeerIdMismatch, $"Dialled {expected}, but {answered} answered.");
            }

            return _connections.Start(connection);
        }
        catch
        {
            if (connection is not null)
            {
                await HostConnections.GiveUpAsync(connection).ConfigureAwait(false);
            }

            scope.Dispose();
            throw;
        }
    }

    /// <summary>Stops listening, says goodbye on every connection, and cuts those still open when the token is cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task listenersStopped = _suspended?.Stopped ?? _transports.BeginStop();
        await _connections.CloseAllAsync(cancellationToken).ConfigureAwait(false);
        await listenersStopped.ConfigureAwait(false);
        _transports.EndStop();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(StopTimeout, _timeProvider);
        await StopAsync(timeout.Token).ConfigureAwait(false);
        _transports.Dispose();
    }
}
