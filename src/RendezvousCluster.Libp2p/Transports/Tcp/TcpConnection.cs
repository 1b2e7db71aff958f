using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports.Sockets;

namespace RendezvousCluster.Libp2p.Transports.Tcp;

/// <summary>
/// A socket's connection, accepted or dialled, without a web server below it.
///
/// Rules. Two loops move bytes between the socket and two bounded pipes, so that both ends of each pipe may be completed at any moment,
/// also in the middle of a read or write: no buffer is given back while the kernel uses it. A silent connection holds no buffer. When the
/// peer takes nothing more, the writer sees a completed pipe, and what the peer sent before can still be read. A writer that is completed
/// with an exception resets the connection. Disposing lets what is written go out, but no longer than a peer may refuse to read; then the
/// socket is closed, and the place in the limits is free.
/// </summary>
internal sealed class TcpConnection : RawConnection, IDuplexPipe
{
    // The least room for one receive.
    private const int MinReceiveBytes = PipeBlocks.BlockBytes;

    private readonly Socket _socket;
    private readonly TimeSpan _closeTimeout;
    private readonly TimeProvider _timeProvider;
    private readonly Pipe _received = new(BoundedBy(TransportBuffers.MaxReadAheadBytes));
    private readonly Pipe _written = new(BoundedBy(TransportBuffers.MaxWriteBehindBytes));
    private readonly Task _receiving;
    private readonly Task _sending;
    private int _disposed;

    /// <param name="socket">Connected; this object owns it.</param>
    /// <param name="scope">What an accepted connection holds of the limits; null for a dialled one.</param>
    /// <param name="closeTimeout">How long a peer may refuse to read what is left when the connection is disposed.</param>
    /// <param name="timeProvider">The clock.</param>
    public TcpConnection(Socket socket, ConnectionScope? scope, TimeSpan closeTimeout, TimeProvider timeProvider)
    {
        SocketBinding.Prepare(socket);
        _socket = socket;
        _closeTimeout = closeTimeout;
        _timeProvider = timeProvider;
        Scope = scope;
        var remote = (IPEndPoint)socket.RemoteEndPoint!;
        RemoteIp = SocketAddresses.Unmap(remote.Address);
        RemoteAddress = SocketAddresses.ToMultiaddr(remote, SocketBinding.Protocol);
        LocalAddress = SocketAddresses.ToMultiaddr((IPEndPoint)socket.LocalEndPoint!, SocketBinding.Protocol);
        _receiving = ReceiveAsync();
        _sending = SendAsync();
    }

    public PipeReader Input => _received.Reader;

    public PipeWriter Output => _written.Writer;

    public override IDuplexPipe Transport => this;

    public override Multiaddr LocalAddress { get; }

    public override Multiaddr RemoteAddress { get; }

    public override IPAddress? RemoteIp { get; }

    // With a reset: the peer learns that its connection was cut, and nothing lingers in the kernel.
    public override void Abort() => _socket.Close(timeout: 0);

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await Input.CompleteAsync().ConfigureAwait(false);
        await Output.CompleteAsync().ConfigureAwait(false);
        try
        {
            await _sending.WaitAsync(_closeTimeout, _timeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!_sending.IsCompleted)
        {
            // The peer does not read: what is left for it is dropped with the socket.
            Abort();
        }

        Close();
        await Task.WhenAll(_receiving, _sending).ConfigureAwait(false);
        Scope?.Dispose();
    }

    private static PipeOptions BoundedBy(int bytes) =>
        new(pauseWriterThreshold: bytes, resumeWriterThreshold: bytes / 2, useSynchronizationContext: false);

    private void Close()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The other side, or an abort, was first: the socket is closed all the same.
            _ = exception;
        }

        _socket.Dispose();
    }

    private async Task ReceiveAsync()
    {
        IOException? failure = null;
        try
        {
            FlushResult flush = default;
            while (!flush.IsCompleted)
            {
                // Waits for bytes without a buffer.
                await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).ConfigureAwait(false);
                int count = await _socket.ReceiveAsync(_received.Writer.GetMemory(MinReceiveBytes), SocketFlags.None).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                _received.Writer.Advance(count);
                flush = await _received.Writer.FlushAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            failure = new IOException($"The connection was cut: {exception.Message}", exception);
        }

        await _received.Writer.CompleteAsync(failure).ConfigureAwait(false);
    }

    private async Task SendAsync()
    {
        try
        {
            ReadResult read = default;
            while (!read.IsCompleted)
            {
                read = await _written.Reader.ReadAsync().ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> part in read.Buffer)
                {
                    await SendAsync(part).ConfigureAwait(false);
                }

                _written.Reader.AdvanceTo(read.Buffer.End);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The writer sees it: a flush says that the pipe is completed. Why the connection ended is found by reading.
            _ = exception;
        }
        catch (Exception exception)
        {
            // The writer was completed with it: the connection was given up, and what is left is not to be sent.
            _ = exception;
            Abort();
        }

        await _written.Reader.CompleteAsync().ConfigureAwait(false);
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false)..];
        }
    }
}
