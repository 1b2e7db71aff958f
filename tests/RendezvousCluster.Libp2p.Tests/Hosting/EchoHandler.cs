using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Protocols;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

/// <summary>Sends back what it reads until the remote's half-close, then half-closes.</summary>
internal sealed class EchoHandler : IStreamHandler
{
    public const string ProtocolId = "/echo/1.0.0";

    public IReadOnlyList<string> ProtocolIds { get; } = [ProtocolId];

    public async Task HandleAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await stream.Input.ReadAsync(cancellationToken);
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                await stream.Output.WriteAsync(segment, cancellationToken);
            }

            stream.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        await stream.CloseWriteAsync(cancellationToken);
    }
}
