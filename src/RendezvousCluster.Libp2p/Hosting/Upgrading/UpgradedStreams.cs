using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;

namespace RendezvousCluster.Libp2p.Hosting.Upgrading;

/// <summary>
/// What an upgrade yields: an authenticated peer and a running muxer, and the account of the bytes that the connection holds.
/// </summary>
internal sealed record UpgradedStreams(PublicKey RemotePublicKey, string Muxer, IMuxedConnection Streams, ByteAccount Account);
