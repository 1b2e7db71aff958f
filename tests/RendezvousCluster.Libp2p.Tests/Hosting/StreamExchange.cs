using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

internal static class StreamExchange
{
    /// <summary>
    /// Sends the data to the echo protocol, half-closes, and answers all that comes back until the other side's half-close.
    /// </summary>
    public static async Task<byte[]> EchoAsync(IPeerConnection connection, byte[] data)
    {
        await using Libp2pStream stream = await connection.OpenStreamAsync([EchoHandler.ProtocolId], CancellationToken.None).Within();
        Task writing = WriteAsync();
        var received = new ArrayBufferWriter<byte>();
        ReadResult result;
        do
        {
            result = await stream.Input.ReadAsync().Within();
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                received.Write(segment.Span);
            }

            stream.Input.AdvanceTo(result.Buffer.End);
        }
        while (!result.IsCompleted);

        await writing.Within();
        return received.WrittenSpan.ToArray();

        async Task WriteAsync()
        {
            await stream.Output.WriteAsync(data);
            await stream.CloseWriteAsync();
        }
    }
}
