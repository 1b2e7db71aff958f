using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Client.Registrations;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client;

/// <summary>
/// A client of several rendezvous points: registers this node and keeps it registered, discovers others, and watches them come and go. It
/// works as long as one of its points does. It trusts none of them: records are verified, everything is bounded, and nobody who is
/// discovered is dialled by itself. Safe for use from several threads at once.
/// </summary>
public sealed class RendezvousClient : IAsyncDisposable
{
    private readonly ClientContext _context;
    private readonly PointClient[] _points;
    private readonly Lock _lock = new();
    private readonly HashSet<RegistrationHandle> _registrations = [];
    private bool _isDisposed;

    /// <summary>Creates a client; it does nothing until it is asked to.</summary>
    /// <param name="host">The node to register, and to dial points with. It is not started or stopped by the client.</param>
    /// <param name="options">The points and everything else; they are not to be changed afterwards.</param>
    /// <param name="timeProvider">Drives timeouts and refreshes; the system's clock when null.</param>
    /// <param name="loggerFactory">Where to log; nowhere when null.</param>
    /// <exception cref="ArgumentException">The options cannot be used; the message says why.</exception>
    public RendezvousClient(
        Libp2pHost host, RendezvousClientOptions options, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
        : this(new Libp2pNode(host), options, timeProvider ?? TimeProvider.System, Random.Shared.NextDouble, loggerFactory)
    {
    }

    internal RendezvousClient(
        IRendezvousNode node, RendezvousClientOptions options, TimeProvider timeProvider, Func<double> jitter,
        ILoggerFactory? loggerFactory = null)
    {
        IReadOnlyList<string> failures = options.Validate();
        if (failures.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", failures), nameof(options));
        }

        _context = new ClientContext(node, options, timeProvider, jitter, loggerFactory ?? NullLoggerFactory.Instance);
        _points = [.. RendezvousPoint.ParseAll(options.Points).Select(point => new PointClient(point, _context))];
    }

    /// <summary>Raised after every success and failure of every registration: see <see cref="RegistrationHandle.Changed"/>.</summary>
    public event EventHandler<RegistrationEvent>? RegistrationChanged;

    /// <summary>How each point has done so far, in the order of the options.</summary>
    public IReadOnlyList<PointHealth> Points => [.. _points.Select(point => point.Health)];

    /// <summary>The registrations that are kept alive now.</summary>
    public IReadOnlyList<RegistrationHandle> Registrations
    {
        get
        {
            lock (_lock)
            {
                return [.. _registrations];
            }
        }
    }

    /// <summary>Registers this node, and keeps it registered until the handle is disposed.</summary>
    /// <param name="ns">The namespace: 1 to 255 bytes of UTF-8.</param>
    /// <param name="ttl">The time to live to ask for, in whole seconds; null leaves it to the points, which grant two hours.</param>
    /// <param name="cancellationToken">Gives up waiting for the first point; nothing stays registered then.</param>
    /// <returns>The registration, once a first point has granted it.</returns>
    /// <exception cref="FormatException">The namespace is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time to live is under a second, or over
    /// <see cref="RendezvousClientLimits.MaxTtl"/>.</exception>
    /// <exception cref="RendezvousException">Every point was tried and none granted it; nothing stays registered.</exception>
    public async Task<RegistrationHandle> RegisterAsync(string ns, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        RegistrationHandle registration = StartRegistration(ns, ttl);
        try
        {
            await registration.FirstGranted.WaitAsync(cancellationToken).ConfigureAwait(false);
            return registration;
        }
        catch
        {
            await registration.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Begins to register this node, and goes on trying until the handle is disposed, even if the points refuse at first. For services that
    /// start before their points do.
    /// </summary>
    /// <param name="ns">The namespace: 1 to 255 bytes of UTF-8.</param>
    /// <param name="ttl">The time to live to ask for, in whole seconds; null leaves it to the points, which grant two hours.</param>
    /// <exception cref="FormatException">The namespace is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time to live is under a second, or over
    /// <see cref="RendezvousClientLimits.MaxTtl"/>.</exception>
    public RegistrationHandle StartRegistration(string ns, TimeSpan? ttl = null)
    {
        ThrowIfNoTtl(ttl);
        var registration = new RegistrationHandle(RendezvousNamespace.Parse(ns), ttl, _points, _context);
        registration.Changed += (sender, happened) => RegistrationChanged?.Invoke(sender, happened);
        registration.Disposed += (_, _) => Forget(registration);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _registrations.Add(registration);
        }

        registration.Start();
        return registration;
    }

    /// <summary>
    /// Registers this node once at every point, for the time granted: nothing refreshes it, and nothing but <see cref="UnregisterAsync"/>
    /// ends it earlier. For a node that is run by somebody else, or not for long.
    /// </summary>
    /// <param name="ns">The namespace: 1 to 255 bytes of UTF-8.</param>
    /// <param name="ttl">The time to live to ask for, in whole seconds; null leaves it to the points, which grant two hours.</param>
    /// <param name="cancellationToken">Gives up; where it is registered by then is unknown.</param>
    /// <returns>The time granted, by point; of those that failed there is none.</returns>
    /// <exception cref="FormatException">The namespace is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time to live is under a second, or over
    /// <see cref="RendezvousClientLimits.MaxTtl"/>.</exception>
    /// <exception cref="RendezvousException">No point granted it.</exception>
    public async Task<IReadOnlyDictionary<RendezvousPoint, TimeSpan>> RegisterOnceAsync(
        string ns, TimeSpan? ttl = null, CancellationToken cancellationToken = default)
    {
        ThrowIfNoTtl(ttl);
        var name = RendezvousNamespace.Parse(ns);
        return await AskAllAsync(async point =>
            (await point.RegisterAsync(name, ttl, insist: true, cancellationToken).ConfigureAwait(false)).Ttl).ConfigureAwait(false);
    }

    /// <summary>
    /// The peers registered in a namespace, from all points that answer: verified, and each with its newest record. Peers come as they are
    /// found; one comes a second time only when a slower point has a newer record. The registration of this node is among them.
    /// </summary>
    /// <param name="ns">The namespace: 1 to 255 bytes of UTF-8.</param>
    /// <param name="limit">How many peers at most; null is all, up to <see cref="RendezvousClientLimits.MaxPeers"/>.</param>
    /// <param name="cancellationToken">Ends the discovery.</param>
    /// <exception cref="FormatException">The namespace is none.</exception>
    /// <exception cref="RendezvousException">No point could serve; while peers are enumerated.</exception>
    public IAsyncEnumerable<DiscoveredPeer> DiscoverAsync(string ns, int? limit = null, CancellationToken cancellationToken = default) =>
        Discover(RendezvousNamespace.Parse(ns), limit, cancellationToken);

    /// <summary>As <see cref="DiscoverAsync"/>, in all namespaces. Points may refuse it; python's and canvas' do not know it.</summary>
    /// <param name="limit">How many registrations at most; null is all, up to <see cref="RendezvousClientLimits.MaxPeers"/>.</param>
    /// <param name="cancellationToken">Ends the discovery.</param>
    /// <exception cref="RendezvousException">No point could serve; while peers are enumerated.</exception>
    public IAsyncEnumerable<DiscoveredPeer> DiscoverAllAsync(int? limit = null, CancellationToken cancellationToken = default) =>
        Discover(null, limit, cancellationToken);

    /// <summary>
    /// The peers that come to a namespace, change and go; first all that are there. It polls every
    /// <see cref="RendezvousClientOptions.WatchInterval"/>, each time only for what is new, and goes on through failures of the points
    /// until it is cancelled or no longer enumerated.
    /// </summary>
    /// <param name="ns">The namespace: 1 to 255 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="FormatException">The namespace is none.</exception>
    /// <exception cref="RendezvousRefusedException">All points refuse to begin with; while changes are enumerated.</exception>
    public IAsyncEnumerable<PeerChange> WatchAsync(string ns, CancellationToken cancellationToken = default) =>
        new PeerWatch(_points, RendezvousNamespace.Parse(ns), _context).ChangesAsync(cancellationToken);

    /// <summary>As <see cref="WatchAsync"/>, in all namespaces.</summary>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="RendezvousRefusedException">All points refuse to begin with; while changes are enumerated.</exception>
    public IAsyncEnumerable<PeerChange> WatchAllAsync(CancellationToken cancellationToken = default) =>
        new PeerWatch(_points, null, _context).ChangesAsync(cancellationToken);

    /// <summary>
    /// Unregisters this node at every point, including registrations of other programs. For registrations of this client, dispose their
    /// handle instead: they would come back.
    /// </summary>
    /// <param name="ns">The namespace: 1 to 255 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FormatException">The namespace is none.</exception>
    /// <exception cref="RendezvousException">No point did it, as far as is known.</exception>
    public async Task UnregisterAsync(string ns, CancellationToken cancellationToken = default)
    {
        var name = RendezvousNamespace.Parse(ns);
        await AskAllAsync(async point =>
        {
            await point.UnregisterAsync(name, insist: true, cancellationToken).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>Disposes the registrations, which unregisters them, and closes the connections to the points.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }

        await Task.WhenAll(Registrations.Select(registration => registration.DisposeAsync().AsTask())).ConfigureAwait(false);
        await Task.WhenAll(_points.Select(point => point.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private IAsyncEnumerable<DiscoveredPeer> Discover(RendezvousNamespace? ns, int? limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit ?? 1, 1, nameof(limit));
        return new PeerDiscovery(_points, ns, limit, _context).PeersAsync(cancellationToken);
    }

    private void ThrowIfNoTtl(TimeSpan? ttl)
    {
        if (ttl is { } wanted && (wanted < TimeSpan.FromSeconds(1) || wanted > _context.Limits.MaxTtl))
        {
            throw new ArgumentOutOfRangeException(nameof(ttl), ttl, $"A time to live is from one second to {_context.Limits.MaxTtl}.");
        }
    }

    private async Task<Dictionary<RendezvousPoint, T>> AskAllAsync<T>(Func<PointClient, Task<T>> ask)
    {
        var failures = new List<RendezvousException>();
        var answers = new Dictionary<RendezvousPoint, T>();
        Task[] asking = [.. _points.Select(AskAsync)];
        await Task.WhenAll(asking).ConfigureAwait(false);
        return answers.Count > 0 ? answers : throw AllPointsFailedException.Of(failures);

        async Task AskAsync(PointClient point)
        {
            try
            {
                T answer = await ask(point).ConfigureAwait(false);
                lock (answers)
                {
                    answers.Add(point.Point, answer);
                }
            }
            catch (RendezvousException exception)
            {
                lock (answers)
                {
                    failures.Add(exception);
                }
            }
        }
    }

    private void Forget(RegistrationHandle registration)
    {
        lock (_lock)
        {
            _registrations.Remove(registration);
        }
    }
}
