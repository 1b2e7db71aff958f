using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Testing.Rendezvous;

/// <summary>
/// The remote end of a rendezvous stream, played by a test: raw bytes out, frames in. Any duplex stream will do, in memory or over a
/// socket.
/// </summary>
public sealed class RendezvousDriver(IDuplexPipe stream, Func<ValueTask> closeWrite)
{
    private const int MaxResponseBytes = 1024 * 1024;

    public async Task SendAsync(byte[] bytes) => await stream.Output.WriteAsync(bytes).AsTask().Within();

    /// <summary>Sends what the server resets the stream for; false when the reset came before everything was sent.</summary>
    public async Task<bool> TrySendAsync(byte[] bytes, bool thenCloseWrite = false)
    {
        try
        {
            await SendAsync(bytes);
            if (thenCloseWrite)
            {
                await CloseWriteAsync();
            }

            return true;
        }
        catch (MuxerStreamException)
        {
            return false;
        }
    }

    /// <summary>Half-closes.</summary>
    public async Task CloseWriteAsync() => await closeWrite().Within();

    /// <summary>The next response as bytes, or null at the end of the stream.</summary>
    public async Task<byte[]?> ReceiveBytesAsync() =>
        await LengthPrefixedFrame.ReadAsync(stream.Input, MaxResponseBytes, CancellationToken.None).Within();

    /// <summary>The next response, which must be there and be a <typeparamref name="T"/>.</summary>
    public async Task<T> ReceiveAsync<T>()
        where T : RendezvousMessage
    {
        byte[] payload = await ReceiveBytesAsync() ?? throw new InvalidOperationException("The stream ended before a response.");
        return RendezvousMessageCodec.TryDecode(payload, out RendezvousMessage? message) && message is T response
            ? response
            : throw new InvalidOperationException($"Expected {typeof(T).Name}, got {Convert.ToHexString(payload)}.");
    }

    public async Task<T> AskAsync<T>(ProtobufBytes request)
        where T : RendezvousMessage
    {
        await SendAsync(request.Framed());
        return await ReceiveAsync<T>();
    }

    /// <summary>Waits for the end of the stream and answers how it came: null when cleanly, else by what reset.</summary>
    public async Task<StreamEndReason?> ReceiveEndAsync()
    {
        try
        {
            byte[]? payload = await ReceiveBytesAsync();
            return payload is null ? null : throw new InvalidOperationException($"Expected the end, got {Convert.ToHexString(payload)}.");
        }
        catch (MuxerStreamException exception)
        {
            return exception.Reason;
        }
    }
}
