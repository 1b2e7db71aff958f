using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Protocols;

namespace RendezvousCluster.Interop.Transport;

/// <summary>What the tests do with streams that they open.</summary>
internal static class StreamExchange
{
    /// <summary>Writes all and half-closes while reading to the remote's half-close.</summary>
    public static async Task<byte[]> ExchangeAsync(this IPeerConnection connection, string protocol, byte[] request)
    {
        await using Libp2pStream stream = await connection.OpenStreamAsync([protocol], CancellationToken.None);
        Task writing = WriteAsync(stream, request);
        byte[] response = await ReadToEndAsync(stream);
        await writing;
        return response;
    }

    public static async Task<byte[]> ReadToEndAsync(this Libp2pStream stream)
    {
        var all = new MemoryStream();
        await stream.Input.CopyToAsync(all);
        return all.ToArray();
    }

    public static async Task<byte[]> ReadExactlyAsync(this Libp2pStream stream, int count)
    {
        byte[] bytes = new byte[count];
        await stream.Input.AsStream(leaveOpen: true).ReadExactlyAsync(bytes);
        return bytes;
    }

    private static async Task WriteAsync(Libp2pStream stream, byte[] bytes)
    {
        await stream.Output.WriteAsync(bytes);
        await stream.CloseWriteAsync();
    }
}
