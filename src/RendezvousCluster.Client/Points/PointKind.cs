using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol.Flavours;

namespace RendezvousCluster.Client.Points;

/// <summary>
/// What kind of server a point is, found out by identify once per connection. A point refuses a record of another flavour than its own,
/// rust's points without a word; a point that does not identify itself is taken for one of the majority.
/// </summary>
internal sealed class PointKind
{
    // Servers of the first schema: they read nothing but an unsigned PeerInfo.
    private static readonly string[] PeerInfoAgents = ["py-libp2p", "berty.tech/"];

    // Servers that call a namespace invalid when nobody is registered in it.
    private static readonly string[] UnknownIsInvalidAgents = ["nim-libp2p", "nwaku", "logos-delivery"];

    private const string RustAgent = "rust-libp2p";

    private readonly Lazy<Task<IdentifyInfo?>> _identified;

    private PointKind(IPeerConnection connection, IdentifyClient identify) =>
        _identified = new Lazy<Task<IdentifyInfo?>>(() => IdentifyAsync(connection, identify));

    /// <summary>The kind of the point at the other end of a connection.</summary>
    public static PointKind Of(IPeerConnection connection, IdentifyClient identify) =>
        connection.GetOrAddState(() => new PointKind(connection, identify));

    /// <summary>The flavour of the records that the point takes.</summary>
    public async Task<RegistrationFlavour> RecordFlavourAsync(CancellationToken cancellationToken) =>
        FlavourRules.FlavourFor(
            registered: null, await _identified.Value.WaitAsync(cancellationToken).ConfigureAwait(false), PeerInfoAgents)
        ?? RegistrationFlavour.Standard;

    /// <summary>Whether E_INVALID_NAMESPACE in answer to a DISCOVER only means that the namespace is empty.</summary>
    public async Task<bool> CallsEmptyInvalidAsync(CancellationToken cancellationToken)
    {
        string? agent = (await _identified.Value.WaitAsync(cancellationToken).ConfigureAwait(false))?.AgentVersion;
        return agent is not null && UnknownIsInvalidAgents.Any(prefix => agent.StartsWith(prefix, StringComparison.Ordinal));
    }

    /// <summary>Whether it says that it is one of rust's, by name or by the flavour of its own record.</summary>
    public async Task<bool> IsRustAsync(CancellationToken cancellationToken) =>
        await _identified.Value.WaitAsync(cancellationToken).ConfigureAwait(false) is { } info
        && (info.AgentVersion.StartsWith(RustAgent, StringComparison.Ordinal)
            || info.SignedPeerRecord?.Flavour == RecordFlavour.RoutingState);

    // Bounded by the identify client; shared, so that no caller's token ends it.
    private static async Task<IdentifyInfo?> IdentifyAsync(IPeerConnection connection, IdentifyClient identify)
    {
        if (IdentifyState.Of(connection).Info is { } pushed)
        {
            return pushed;
        }

        try
        {
            return await identify.RequestAsync(connection, connection.Closed).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is Libp2pException or OperationCanceledException)
        {
            return null;
        }
    }
}
