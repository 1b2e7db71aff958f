using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Security.Noise;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Security.Noise;

/// <summary>Noise frames as they stand on the wire, sealed or not.</summary>
internal static class RawFrame
{
    /// <summary>One whole frame with its length, or null when the connection has ended.</summary>
    public static async Task<byte[]?> ReadAsync(PipeReader reader)
    {
        while (true)
        {
            ReadResult result = await reader.ReadAsync().Within();
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (NoiseFrame.TryRead(ref buffer, out _))
            {
                byte[] frame = result.Buffer.Slice(0, buffer.Start).ToArray();
                reader.AdvanceTo(buffer.Start);
                return frame;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                return null;
            }
        }
    }
}
