using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;

namespace RendezvousCluster.Libp2p.Protocols;

/// <summary>A secured and multiplexed connection to one authenticated peer.</summary>
public interface IPeerConnection
{
    /// <summary>The id of the peer at the other end, proved by the handshake.</summary>
    PeerId RemotePeer { get; }

    /// <summary>Their identity key.</summary>
    PublicKey RemotePublicKey { get; }

    /// <summary>Their address as the socket sees it, without a peer id.</summary>
    Multiaddr RemoteAddress { get; }

    /// <summary>Whether this side dialled.</summary>
    bool IsOutbound { get; }

    /// <summary>The muxer's protocol id.</summary>
    string Muxer { get; }

    /// <summary>Cancelled when the connection ends.</summary>
    CancellationToken Closed { get; }

    /// <summary>
    /// What this host holds for the remote. A protocol counts here what the remote can make it keep, such as an answer that waits to be
    /// read: whose connection holds the most is the first to be ended when the host holds too much.
    /// </summary>
    ByteAccount Account { get; }

    /// <summary>Opens a stream and agrees on the first of <paramref name="protocolIds"/> that the remote speaks.</summary>
    /// <exception cref="Negotiation.NegotiationException">It speaks none of them.</exception>
    /// <exception cref="MuxerConnectionException">The connection has ended.</exception>
    ValueTask<Libp2pStream> OpenStreamAsync(IReadOnlyList<string> protocolIds, CancellationToken cancellationToken);

    /// <summary>State that a protocol keeps for the life of the connection; one object per type, made at first use.</summary>
    T GetOrAddState<T>(Func<T> create)
        where T : class;

    /// <summary>Closes in the ordinary way.</summary>
    ValueTask CloseAsync(CancellationToken cancellationToken = default);
}
