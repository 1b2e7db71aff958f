using System.Net.WebSockets;

namespace RendezvousCluster.Libp2p.Transports.WebSockets;

/// <summary>
/// A WebSocket as a stream of bytes: where messages begin and end means nothing, each write is one binary message, and every way in which
/// the other side can go (close frame, cut socket, abort) is the end of the stream, as it is with TCP. The framework's own
/// <c>WebSocketStream</c> throws in two of these cases.
/// </summary>
internal sealed class WebSocketByteStream(WebSocket webSocket) : Stream
{
    // How long a peer may take to read our close frame before the socket is cut.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private bool _ended;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_ended)
        {
            try
            {
                ValueWebSocketReceiveResult result = await webSocket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    _ended = true;
                }
                else if (result.Count > 0 || buffer.IsEmpty)
                {
                    return result.Count;
                }
            }
            catch (Exception exception) when (IsEnd(exception))
            {
                _ended = true;
            }
        }

        return 0;
    }

    /// <exception cref="IOException">The other side is gone.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await webSocket.SendAsync(buffer, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            throw new IOException("The WebSocket is closed.", exception);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        try
        {
            if (webSocket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                using var limit = new CancellationTokenSource(CloseTimeout);
                await webSocket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, limit.Token)
                    .ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (IsEnd(exception) || exception is OperationCanceledException)
        {
            // The other side went first, or does not read: nothing is left to tell it.
            webSocket.Abort();
        }

        webSocket.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronous reads.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronous writes.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static bool IsEnd(Exception exception) =>
        exception is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException;
}
