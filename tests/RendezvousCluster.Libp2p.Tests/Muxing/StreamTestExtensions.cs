using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing;

/// <summary>What tests say to streams. Every wait is bounded.</summary>
internal static class StreamTestExtensions
{
    public static Task WriteAsync(this IMuxedStream stream, byte[] bytes) => stream.Output.WriteAsync(bytes).Within();

    /// <summary>Writes in chunks that fit no frame size, then half-closes.</summary>
    public static async Task SendAllAsync(this IMuxedStream stream, byte[] bytes, int chunkBytes = 10_007)
    {
        for (int offset = 0; offset < bytes.Length; offset += chunkBytes)
        {
            await stream.Output.WriteAsync(bytes.AsMemory(offset, Math.Min(chunkBytes, bytes.Length - offset))).Within();
        }

        await stream.CloseWriteAsync().Within();
    }

    /// <summary>Reads exactly this many bytes.</summary>
    public static async Task<byte[]> ReadExactlyAsync(this PipeReader reader, int count)
    {
        ReadResult read = await reader.ReadAtLeastAsync(count).Within();
        Assert.True(read.Buffer.Length >= count, $"The stream ended after {read.Buffer.Length} of {count} bytes.");
        byte[] bytes = read.Buffer.Slice(0, count).ToArray();
        reader.AdvanceTo(read.Buffer.GetPosition(count));
        return bytes;
    }

    /// <summary>Reads to the end of the stream.</summary>
    public static async Task<byte[]> ReadAllAsync(this PipeReader reader)
    {
        var bytes = new MemoryStream();
        while (true)
        {
            ReadResult read = await reader.ReadAsync().Within();
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                bytes.Write(segment.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return bytes.ToArray();
            }
        }
    }

    /// <summary>Sends back what comes until the remote half-closes, then half-closes too.</summary>
    public static async Task EchoAsync(this IMuxedStream stream)
    {
        await stream.Input.CopyToAsync(stream.Output).Within();
        await stream.CloseWriteAsync().Within();
    }

    public static async Task<StreamEndReason> ReadFailsAsync(this IMuxedStream stream)
    {
        MuxerStreamException failure = await Assert.ThrowsAsync<MuxerStreamException>(() => stream.Input.ReadAllAsync());
        return failure.Reason;
    }

    /// <summary>Writes until it fails: the first flushes may still fit into buffers.</summary>
    public static async Task<StreamEndReason> WriteFailsAsync(this IMuxedStream stream)
    {
        MuxerStreamException failure = await Assert.ThrowsAsync<MuxerStreamException>(async () =>
        {
            for (int attempt = 0; attempt < 1_000; attempt++)
            {
                await stream.WriteAsync(new byte[1024]);
            }
        });
        return failure.Reason;
    }
}
