using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Libp2p.Transports.WebSockets;

/// <summary>A WebSocket, accepted or dialled, as a byte stream.</summary>
internal sealed class WebSocketConnection : RawConnection, IDuplexPipe
{
    private readonly WebSocket _webSocket;
    private readonly WebSocketByteStream _stream;
    private readonly Action? _cut;
    private int _disposed;

    public WebSocketConnection(
        WebSocket webSocket, Multiaddr localAddress, Multiaddr remoteAddress, IPAddress? remoteIp, Action? cut = null)
    {
        _webSocket = webSocket;
        _cut = cut;
        _stream = new WebSocketByteStream(webSocket);
        // Zero-byte reads: an idle connection holds no receive buffer.
        Input = PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(_stream, new StreamPipeWriterOptions(leaveOpen: true));
        LocalAddress = localAddress;
        RemoteAddress = remoteAddress;
        RemoteIp = remoteIp;
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public override IDuplexPipe Transport => this;

    public override Multiaddr LocalAddress { get; }

    public override Multiaddr RemoteAddress { get; }

    public override IPAddress? RemoteIp { get; }

    public override void Abort()
    {
        _webSocket.Abort();
        // The socket below an accepted one would wait for what is written to go out.
        _cut?.Invoke();
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await Input.CompleteAsync().ConfigureAwait(false);
        await Output.CompleteAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }
}
