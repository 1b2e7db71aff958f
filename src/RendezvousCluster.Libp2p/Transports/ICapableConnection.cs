using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;

namespace RendezvousCluster.Libp2p.Transports;

/// <summary>
/// What a transport yields: a connection with all that the host needs of it. Its peer is authenticated, its streams are multiplexed, and
/// its place in the limits is taken.
/// </summary>
public interface ICapableConnection : IAsyncDisposable
{
    /// <summary>The identity key that the remote has proved to have.</summary>
    PublicKey RemotePublicKey { get; }

    /// <summary>Their address as this side sees it, without a peer id.</summary>
    Multiaddr RemoteAddress { get; }

    /// <summary>The streams. They end with the connection, and the connection ends with them.</summary>
    IMuxedConnection Streams { get; }

    /// <summary>What multiplexes the streams: the muxer's protocol id, or the name of a transport that does so itself.</summary>
    string Muxer { get; }

    /// <summary>
    /// What the connection holds of the limits: the scope that <see cref="ITransport.DialAsync"/> was given, or the one that
    /// <see cref="Door.Admit"/> gave for an accepted connection.
    /// </summary>
    ConnectionScope Scope { get; }
}
