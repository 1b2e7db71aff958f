using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Security;

/// <summary>A protocol that authenticates both peers and encrypts the connection, such as Noise.</summary>
public interface ISecurityProtocol
{
    /// <summary>The id that multistream-select negotiates, such as <c>/noise</c>.</summary>
    string ProtocolId { get; }

    /// <summary>Runs the handshake as the side that was dialled.</summary>
    /// <exception cref="SecurityHandshakeException">The remote failed to prove its identity or broke the protocol.</exception>
    ValueTask<SecuredConnection> SecureInboundAsync(IDuplexPipe transport, CancellationToken cancellationToken);

    /// <summary>Runs the handshake as the dialling side.</summary>
    /// <param name="transport">The raw byte channel.</param>
    /// <param name="expectedPeer">Who must answer; null accepts anyone.</param>
    /// <param name="cancellationToken">Ends the handshake.</param>
    /// <exception cref="SecurityHandshakeException">The remote is somebody else, failed to prove its identity, or broke the
    /// protocol.</exception>
    ValueTask<SecuredConnection> SecureOutboundAsync(IDuplexPipe transport, PeerId? expectedPeer, CancellationToken cancellationToken);
}

/// <summary>What a handshake yields.</summary>
/// <param name="RemotePublicKey">The remote's identity key, proved.</param>
/// <param name="Transport">
/// The encrypted channel. Its reader throws <see cref="Muxing.MuxerConnectionException"/> with
/// <see cref="Muxing.ConnectionEndReason.DecryptFailed"/> when a frame does not authenticate.
/// </param>
/// <param name="EarlyMuxer">The muxer that the handshake itself agreed on, or null when multistream-select has to.</param>
public sealed record SecuredConnection(PublicKey RemotePublicKey, IDuplexPipe Transport, string? EarlyMuxer)
{
    /// <summary>The remote's peer id, derived from its proved key.</summary>
    public PeerId RemotePeer => RemotePublicKey.PeerId;
}
