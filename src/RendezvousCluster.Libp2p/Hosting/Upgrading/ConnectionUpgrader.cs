using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Negotiation;
using RendezvousCluster.Libp2p.Security;

namespace RendezvousCluster.Libp2p.Hosting.Upgrading;

// Request path, step 3: upgrade to security and streams.
/// <summary>
/// Turns raw bytes into streams, in the order that every libp2p implementation uses:
/// multistream-select → security → (the handshake's early muxer | multistream-select) → muxer.
/// The whole of it runs under <see cref="Libp2pLimits.UpgradeTimeout"/>, which the caller's token carries.
/// </summary>
internal sealed class ConnectionUpgrader
{
    private readonly Dictionary<string, ISecurityProtocol> _security;
    private readonly string[] _securityIds;
    private readonly Dictionary<string, IStreamMuxer> _muxers;
    private readonly string[] _muxerIds;
    private readonly Libp2pLimits _limits;

    /// <param name="security">How peers authenticate, best first.</param>
    /// <param name="muxers">The muxers offered, best first.</param>
    /// <param name="limits">The host's bounds.</param>
    public ConnectionUpgrader(IReadOnlyList<ISecurityProtocol> security, IReadOnlyList<IStreamMuxer> muxers, Libp2pLimits limits)
    {
        _security = security.ToDictionary(protocol => protocol.ProtocolId);
        _securityIds = [.. security.Select(protocol => protocol.ProtocolId)];
        _muxers = muxers.ToDictionary(muxer => muxer.ProtocolId);
        _muxerIds = [.. muxers.Select(muxer => muxer.ProtocolId)];
        _limits = limits;
    }

    /// <summary>The upgrader of a host, with what is registered in its options.</summary>
    /// <exception cref="ArgumentException">A protocol is registered under an id that is not its own.</exception>
    public static ConnectionUpgrader Of(Libp2pOptions options, HostContext context) => new(
        Create(options.SecurityProtocols, context, protocol => protocol.ProtocolId),
        Create(options.Muxers, context, muxer => muxer.ProtocolId),
        context.Limits);

    /// <summary>Whether there is a security protocol and a muxer, so that anything can be upgraded.</summary>
    public bool IsComplete => _security.Count > 0 && _muxers.Count > 0;

    /// <summary>Upgrades a connection that somebody opened to us; what it holds is counted in <paramref name="account"/>.</summary>
    /// <exception cref="Libp2pException">The remote broke a protocol, or shares none with us.</exception>
    public async ValueTask<UpgradedStreams> UpgradeInboundAsync(
        IDuplexPipe transport, ByteAccount account, CancellationToken cancellationToken)
    {
        string security =
            await MultistreamSelect.ListenAsync(transport, _security.ContainsKey, _limits, cancellationToken).ConfigureAwait(false);
        SecuredConnection secured =
            await _security[security].SecureInboundAsync(transport, cancellationToken).ConfigureAwait(false);
        (secured.Transport as IHoldsBytes)?.CountIn(account);
        string muxer = secured.EarlyMuxer
            ?? await MultistreamSelect.ListenAsync(secured.Transport, _muxers.ContainsKey, _limits, cancellationToken)
                .ConfigureAwait(false);
        return Start(secured, muxer, account, isDialer: false);
    }

    /// <summary>Upgrades a connection that we opened; <paramref name="expectedPeer"/> must be the one who answers.</summary>
    /// <exception cref="Libp2pException">The remote is somebody else, broke a protocol, or shares none with us.</exception>
    public async ValueTask<UpgradedStreams> UpgradeOutboundAsync(
        IDuplexPipe transport, PeerId? expectedPeer, ByteAccount account, CancellationToken cancellationToken)
    {
        string security =
            await MultistreamSelect.DialAsync(transport, _securityIds, _limits, cancellationToken).ConfigureAwait(false);
        SecuredConnection secured =
            await _security[security].SecureOutboundAsync(transport, expectedPeer, cancellationToken).ConfigureAwait(false);
        (secured.Transport as IHoldsBytes)?.CountIn(account);
        string muxer = secured.EarlyMuxer
            ?? await MultistreamSelect.DialAsync(secured.Transport, _muxerIds, _limits, cancellationToken).ConfigureAwait(false);
        return Start(secured, muxer, account, isDialer: true);
    }

    private static T[] Create<T>(
        OrderedDictionary<string, Func<HostContext, T>> registered, HostContext context, Func<T, string> idOf)
    {
        var created = new List<T>();
        foreach ((string id, Func<HostContext, T> create) in registered)
        {
            T protocol = create(context);
            created.Add(idOf(protocol) == id
                ? protocol
                : throw new ArgumentException($"{idOf(protocol)} is registered as {id}; register it under its own protocol id."));
        }

        return [.. created];
    }

    private UpgradedStreams Start(SecuredConnection secured, string muxer, ByteAccount account, bool isDialer) =>
        new(secured.RemotePublicKey, muxer, _muxers[muxer].Start(secured.Transport, isDialer, _limits, account), account);
}
