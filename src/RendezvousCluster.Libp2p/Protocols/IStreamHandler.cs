
namespace RendezvousCluster.Libp2p.Protocols;

/// <summary>Serves one application protocol: the host calls it for each inbound stream that agreed on one of its ids.</summary>
public interface IStreamHandler
{
    /// <summary>The protocol ids it serves, aliases included.</summary>
    IReadOnlyList<string> ProtocolIds { get; }

    /// <summary>
    /// Serves one stream until it is done. The host disposes the stream afterwards (which resets it if it is not finished) and logs
    /// what the handler throws; the connection lives on.
    /// </summary>
    /// <param name="stream">The negotiated stream.</param>
    /// <param name="cancellationToken">Cancelled when the connection ends or the host stops.</param>
    Task HandleAsync(Libp2pStream stream, CancellationToken cancellationToken);
}
