using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Protocols;

namespace RendezvousCluster.Interop.Transport;

/// <summary>Sends back what comes as it comes, and closes when the opener does.</summary>
internal sealed class EchoHandler : IStreamHandler
{
    public const string Protocol = "/echo/1.0.0";

    public IReadOnlyList<string> ProtocolIds { get; } = [Protocol];

    public async Task HandleAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        ReadResult result;
        do
        {
            result = await stream.Input.ReadAsync(cancellationToken);
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                await stream.Output.WriteAsync(segment, cancellationToken);
            }

            stream.Input.AdvanceTo(result.Buffer.End);
        }
        while (!result.IsCompleted);
        await stream.CloseWriteAsync(cancellationToken);
    }
}
