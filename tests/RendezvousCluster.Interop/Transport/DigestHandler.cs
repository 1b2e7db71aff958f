using System.Security.Cryptography;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Protocols;

namespace RendezvousCluster.Interop.Transport;

/// <summary>
/// Reads to the opener's half-close, and only then answers with the SHA-256 of all: it works only if half-close does, both ways.
/// </summary>
internal sealed class DigestHandler : IStreamHandler
{
    public const string Protocol = "/digest/1.0.0";

    public IReadOnlyList<string> ProtocolIds { get; } = [Protocol];

    public async Task HandleAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        byte[] digest = await SHA256.HashDataAsync(stream.Input.AsStream(leaveOpen: true), cancellationToken);
        await stream.Output.WriteAsync(digest, cancellationToken);
        await stream.CloseWriteAsync(cancellationToken);
    }
}
