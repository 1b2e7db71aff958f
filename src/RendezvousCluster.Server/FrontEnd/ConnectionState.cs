using System.Diagnostics.CodeAnalysis;
using RendezvousCluster.Core.Validation;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Server.FrontEnd.Turns;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>What the front end keeps for the life of a connection: the peer, its last verified record, and its share of the node.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim holds nothing to dispose of unless its wait handle is asked for.")]
internal sealed class ConnectionState(IPeerConnection connection, FrontEndOptions options, IdentifyOnDemand identify, TurnPlace turns)
{
    private readonly SemaphoreSlim _requests = new(options.Limits.MaxRequestsInFlightPerConnection);
    private readonly SemaphoreSlim _walks = new(1);
    private int _streams;
    private volatile bool _speaksCanvas;

    /// <summary>The authenticated peer.</summary>
    public PeerId Peer { get; } = connection.RemotePeer;

    /// <summary>A key of the subnet that the connection comes from; 0 for one that does not count, such as loopback.</summary>
    public UInt128 Subnet { get; } = SubnetOf(connection);

    /// <summary>Its place in the order of turns.</summary>
    public TurnPlace Turns { get; } = turns;

    /// <summary>Verifies the peer's records.</summary>
    public RecordVerifier Records { get; } = new(connection.RemotePeer, options.Limits);

    /// <summary>The flavour that the peer speaks, as far as is known by now; null without a sign.</summary>
    public RegistrationFlavour? Flavour =>
        FlavourRules.FlavourFor(Records.Flavour, identify.Info, options.PeerInfoAgentPrefixes, _speaksCanvas);

    /// <summary>How many of its requests are under way.</summary>
    public int RequestsUnderWay => options.Limits.MaxRequestsInFlightPerConnection - _requests.CurrentCount;

    /// <summary>Counts a stream in, if there is room; each success is paired with one <see cref="CloseStream"/>.</summary>
    public bool TryOpenStream()
    {
        if (Interlocked.Increment(ref _streams) <= options.Limits.MaxStreamsPerConnection)
        {
            return true;
        }

        Interlocked.Decrement(ref _streams);
        return false;
    }

    /// <summary>Takes note of the protocol id that the peer chose for a stream.</summary>
    public void Notice(string protocolId) => _speaksCanvas |= protocolId == ProtocolIds.Canvas;

    /// <summary>What the peer is to be shown.</summary>
    /// <param name="request">Its request, which may declare what it reads.</param>
    /// <param name="read">Which flavours it read up to its cookie.</param>
    public FlavourPreference PreferenceFor(DiscoverRequest request, RegistrationFlavours read) =>
        FlavourRules.PreferenceFor(request.Reads, Flavour, read, options.FlavourForUnknownPeers);

    public void CloseStream() => Interlocked.Decrement(ref _streams);

    /// <summary>
    /// Waits until <see cref="PreferenceFor"/> is as sure as it gets: a peer that gave no sign yet on this connection is asked who it is.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller waits no longer.</exception>
    public ValueTask LearnFlavourAsync(DiscoverRequest request, CancellationToken cancellationToken) =>
        request.Reads == RegistrationFlavours.None && Flavour is null ? identify.AskOnceAsync(cancellationToken) : ValueTask.CompletedTask;

    /// <summary>
    /// Waits until the connection has a request less under way; false when that took too long. Each success is paired with one
    /// <see cref="EndRequest"/>.
    /// </summary>
    /// <param name="deadline">Cancelled when the time is up, or the stream over.</param>
    /// <param name="streamEnded">Cancelled when the stream is over.</param>
    /// <exception cref="OperationCanceledException">The stream is over.</exception>
    public async ValueTask<bool> TryBeginRequestAsync(CancellationToken deadline, CancellationToken streamEnded)
    {
        try
        {
            await _requests.WaitAsync(deadline).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!streamEnded.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>
    /// Waits until the connection has no page over all namespaces under way: one may ask hundreds of namespaces, so a connection gets one
    /// at a time. Paired with one <see cref="EndWalk"/>.
    /// </summary>
    /// <exception cref="OperationCanceledException">The time is up, or the stream over.</exception>
    public Task BeginWalkAsync(CancellationToken cancellationToken) => _walks.WaitAsync(cancellationToken);

    public void EndWalk() => _walks.Release();

    public void EndRequest() => _requests.Release();

    private static UInt128 SubnetOf(IPeerConnection connection) =>
        ConnectionSource.OfMultiaddr(connection.RemoteAddress) is { IsCounted: true } source ? source.Subnet : 0;
}
