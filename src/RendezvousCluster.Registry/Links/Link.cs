using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Remote.Transport;
using Google.Protobuf;

namespace RendezvousCluster.Registry.Links;

/// <summary>
/// One connection to another node, after both sides have proved to be of the cluster. The rules that it keeps:
/// </summary>
/// <remarks>
/// <para>
/// Messages arrive in the order in which they were written, each whole or not at all. <see cref="Write"/> never waits: it answers false
/// when too much waits already, and the toolkit keeps the message and comes again.
/// </para>
/// <para>
/// Nothing is read before the toolkit has named a listener. The listener learns of the end exactly once and after the last message: when
/// the other side closes, resets or breaks the format, when writing fails, and when this side closes.
/// </para>
/// <para>
/// Closing writes what waits first, because the last words say why the link ends. Then it says that nothing more comes, and reads on until
/// the other side has closed as well: a socket that is closed with something unread in it takes back what is still on its way. All of that
/// has <see cref="LinkLimits.CloseTimeout"/>.
/// </para>
/// </remarks>
internal sealed class Link : AssociationHandle
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly Outbox _outbox;
    private readonly FrameReader _frames;
    private readonly int _maxFrameBytes;
    private readonly LinkLimits _limits;
    private readonly TimeProvider _time;
    private readonly ByteString? _first;
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isClosing;

    /// <param name="local">This node.</param>
    /// <param name="remote">The other one; of a link that it has dialled, where the connection comes from.</param>
    /// <param name="channel">The connection.</param>
    /// <param name="settings">The largest frame.</param>
    /// <param name="limits">The bounds.</param>
    /// <param name="time">For the limits on time.</param>
    /// <param name="first">What has been read already.</param>
    public Link(
        Address local, Address remote, LinkChannel channel, LinkSettings settings, LinkLimits limits, TimeProvider time,
        ByteString? first = null)
        : base(local, remote)
    {
        (_socket, _stream, _frames) = (channel.Socket, channel.Stream, channel.Frames);
        (Certificate, Between) = (channel.Certificate, channel.Between);
        ReadHandlerSource = new TaskCompletionSource<IHandleEventListener>(TaskCreationOptions.RunContinuationsAsynchronously);
        (_maxFrameBytes, _limits, _time, _first) = (settings.MaxFrameBytes, limits, time, first);
        _outbox = new Outbox(_stream, limits.MaxUnsentBytes, Abort);
        _ = ReadAsync();
    }

    /// <summary>What the other side showed; null without TLS.</summary>
    public X509Certificate2? Certificate { get; }

    /// <summary>The certificates that it has sent besides.</summary>
    public X509Certificate2Collection? Between { get; }

    /// <summary>Ends when the connection is closed.</summary>
    public Task Ended => _ended.Task;

    /// <inheritdoc/>
    public override bool Write(ByteString payload) => _outbox.TryAdd(payload.Span);

    /// <inheritdoc/>
    [Obsolete("As in the base class.")]
    public override void Disassociate() => Close();

    /// <summary>Ends the link in order; <see cref="Ended"/> tells when.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _isClosing, 1) == 0)
        {
            _ = CloseAsync();
        }
    }

    /// <summary>Ends the link at once.</summary>
    public void Abort()
    {
        Interlocked.Exchange(ref _isClosing, 1);
        _socket.Dispose();
        _stream.Dispose();
        ReadHandlerSource.TrySetCanceled(); // a caller that has not asked learns nothing
        _ended.TrySetResult();
    }

    private async Task CloseAsync()
    {
        using var timeout = new CancellationTokenSource(_limits.CloseTimeout, _time);
        try
        {
            await _outbox.CloseAsync().WaitAsync(timeout.Token).ConfigureAwait(false);
            if (_stream is SslStream tls)
            {
                await tls.ShutdownAsync().WaitAsync(timeout.Token).ConfigureAwait(false);
            }

            _socket.Shutdown(SocketShutdown.Send);
            if (ReadHandlerSource.Task.IsCompletedSuccessfully)
            {
                await _read.Task.WaitAsync(timeout.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (LinkEnd.IsOne(exception))
        {
            return; // it is broken, or takes too long
        }
        finally
        {
            Abort();
        }
    }

    private async Task ReadAsync()
    {
        IHandleEventListener listener;
        try
        {
            listener = await ReadHandlerSource.Task.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return; // closed before anybody listened
        }

        try
        {
            for (ByteString? next = _first ?? await NextAsync().ConfigureAwait(false); next is not null; next =
                await NextAsync().ConfigureAwait(false))
            {
                listener.Notify(new InboundPayload(next));
            }
        }
        catch (Exception exception) when (LinkEnd.IsOne(exception))
        {
            Abort(); // nothing that is left to say would arrive
        }
        finally
        {
            listener.Notify(new Disassociated(DisassociateInfo.Unknown));
            _read.TrySetResult();
            Close();
        }
    }

    private ValueTask<ByteString?> NextAsync() => _frames.ReadAsync(_maxFrameBytes, CancellationToken.None);
}
