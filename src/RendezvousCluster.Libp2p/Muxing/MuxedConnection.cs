using System.IO.Pipelines;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Muxing;

// Request path, step 5: split the connection into streams.
/// <summary>
/// What yamux and mplex connections have in common: one loop that reads, one that writes, a table of streams, and one end.
/// </summary>
/// <remarks>
/// <para>
/// <b>Reading</b> (<c>MuxedConnection.Reading.cs</c>). The read loop parses frames in place and hands each byte to its stream with one
/// copy. It waits for two things only: bytes, and room for a control frame that it owes (a pong, the reset of a refused stream). It never
/// waits for the application.
/// </para>
/// <para>
/// <b>Writing</b> (<c>MuxedConnection.Writing.cs</c>). Only the write loop touches the transport's writer. Everybody else leaves word of
/// what there is to write: flags of a stream, a slot of the connection, bytes in a stream's buffer. All of that is bounded, so a remote
/// that does not read costs a fixed amount of memory until the write timeout ends it.
/// </para>
/// <para>
/// <b>Ending.</b> <see cref="End"/> runs once, from whichever thread comes first. It fails the streams, stops the read loop at once, and
/// lets the write loop send the goodbye if there is one. <see cref="Completion"/> follows when both loops have stopped and the transport is
/// completed.
/// </para>
/// <para>
/// <b>Locks.</b> <see cref="Gate"/> guards the table, the turns, the flags and the windows; nothing foreign is called and no bytes of
/// streams are copied under it. It comes after no other lock of this layer.
/// </para>
/// </remarks>
internal abstract partial class MuxedConnection : IMuxedConnection
{
    private readonly IDuplexPipe _transport;
    private readonly ILogger _logger;
    private readonly Dictionary<ulong, MuxedStream> _streams = [];
    private readonly Channel<MuxedStream> _acceptQueue;
    private readonly TokenBucket _inboundOpens;
    private readonly Watchdog _writeWatchdog;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inboundCount;
    private int _leftoverCount;
    private int _outboundCount;
    private volatile MuxerConnectionException? _end;
    private volatile bool _isAborted;

    protected MuxedConnection(
        IDuplexPipe transport, bool isDialer, Libp2pLimits limits, TimeProvider timeProvider, ILogger logger, ByteAccount? account)
    {
        _transport = transport;
        _logger = logger;
        IsDialer = isDialer;
        Limits = limits;
        TimeProvider = timeProvider;
        Account = account ?? new ByteAccount();
        _acceptQueue =
            Channel.CreateBounded<MuxedStream>(new BoundedChannelOptions(limits.MaxPendingStreamsPerConnection) { SingleWriter = true });
        _inboundOpens = new TokenBucket(timeProvider, limits.StreamOpensPerSecond, limits.StreamOpensBurst);
        _writeWatchdog = new Watchdog(timeProvider, limits.WriteTimeout, OnWriteTimeout);
        _unreadWatchdog = new Watchdog(timeProvider, limits.ReceiveOverrunTimeout, OnUnreadTimeout);
    }

    public Task Completion => _completion.Task;

    public ConnectionEndReason? EndReason => _end?.Reason;

    public int OpenStreamCount
    {
        get
        {
            lock (Gate)
            {
                return _streams.Count;
            }
        }
    }

    internal Lock Gate { get; } = new();

    /// <summary>What this connection holds for its remote.</summary>
    internal ByteAccount Account { get; }

    protected bool IsDialer { get; }

    protected Libp2pLimits Limits { get; }

    protected TimeProvider TimeProvider { get; }

    /// <summary>The streams in the table. Read under the gate.</summary>
    protected Dictionary<ulong, MuxedStream>.ValueCollection Streams => _streams.Values;

    protected bool HasEnded => _end is not null;

    public abstract ValueTask<IMuxedStream> OpenStreamAsync(CancellationToken cancellationToken);

    public async ValueTask<IMuxedStream?> AcceptStreamAsync(CancellationToken cancellationToken)
    {
        while (await _acceptQueue.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (_acceptQueue.Reader.TryRead(out MuxedStream? stream))
            {
                if (!stream.HasEnded)
                {
                    return stream;
                }

                // Reset while it waited, so nobody's business any more; what it received may still be in the books.
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }

        return null;
    }

    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        End(new MuxerConnectionException(ConnectionEndReason.ClosedLocally, "This side closed the connection."), sendGoodbye: true);
        try
        {
            await Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            StopWriting();
            throw;
        }
    }

    public void Abort(ConnectionEndReason reason)
    {
        End(new MuxerConnectionException(reason, $"This side aborted the connection: {reason}."), sendGoodbye: false);
        StopWriting();
    }

    public async ValueTask DisposeAsync()
    {
        Abort(ConnectionEndReason.ClosedLocally);
        await Completion.ConfigureAwait(false);
        while (_acceptQueue.Reader.TryRead(out MuxedStream? stream))
        {
            // Nobody took it, so nobody else gives back what it received.
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Starts both loops. The subclass is complete by now.</summary>
    internal void Start() => _ = RunAsync();

    /// <summary>Takes the stream out of the table and of every queue. Idempotent; called under the gate.</summary>
    internal void Forget(MuxedStream stream)
    {
        _controlTurns.RemoveIfIn(stream.ControlTurn);
        _dataTurns.RemoveIfIn(stream.DataTurn);
        if (_streams.Remove(stream.Key))
        {
            _ = stream.IsOutbound ? _outboundCount-- : _inboundCount--;
            if (!stream.IsOutbound && stream.UnreadBytes > 0)
            {
                stream.IsLeftover = true;
                _leftoverCount++;
            }

            CountStreams();
            if (!stream.IsOutbound && stream.IsLocalFinished)
            {
                // It was served to its end, so its work is done and paid for: a peer that asks and waits for answers does not flood,
                // however fast.
                _inboundOpens.Return();
            }

            Libp2pMetrics.StreamsEnded(stream.IsOutbound);
            if (_streams.Count == 0)
            {
                // The write loop looks whether the connection was only waiting for this.
                _work.Set();
            }
        }
    }

    /// <summary>Ends the connection for <paramref name="cause"/>, unless it has ended already.</summary>
    /// <param name="cause">Why; streams carry it as their inner exception.</param>
    /// <param name="sendGoodbye">Whether the muxer's goodbye may still be written.</param>
    protected void End(MuxerConnectionException cause, bool sendGoodbye)
    {
        MuxedStream[] streams;
        lock (Gate)
        {
            if (_end is not null)
            {
                return;
            }

            _isAborted = !sendGoodbye;
            _end = cause;
            streams = [.. _streams.Values];
            _streams.Clear();
            _controlTurns.Clear();
            _dataTurns.Clear();
            Libp2pMetrics.StreamsEnded(isOutbound: false, _inboundCount);
            Libp2pMetrics.StreamsEnded(isOutbound: true, _outboundCount);
            _inboundCount = 0;
            _outboundCount = 0;
            CountStreams();
            _unreadWatchdog.Dispose();
            _pauseTimer?.Dispose();
            OnEnding(cause.Reason);
        }

        foreach (MuxedStream stream in streams)
        {
            stream.OnConnectionEnded(cause);
        }

        _acceptQueue.Writer.TryComplete();
        _transport.Input.CancelPendingRead();
        _readResume.Set();
        _work.Set();
        if (!sendGoodbye)
        {
            StopWriting();
        }

        LogEnd(cause, streams.Length);
    }

    /// <summary>The connection ends: stop timers, choose the goodbye. Called once, under the gate.</summary>
    protected abstract void OnEnding(ConnectionEndReason reason);

    /// <summary>Registers a stream that this side opens. Called under the gate.</summary>
    protected void AddOutbound(MuxedStream stream)
    {
        _streams.Add(stream.Key, stream);
        _outboundCount++;
        Libp2pMetrics.StreamOpened(isOutbound: true);
        stream.IsOpenDue = true;
        QueueControl(stream);
    }

    /// <summary>Throws when this side may not open a stream now. Called under the gate.</summary>
    /// <param name="waiting">Streams that are going to be opened already.</param>
    protected void ThrowIfCannotOpen(int waiting = 0)
    {
        if (_end is { } end)
        {
            throw new MuxerConnectionException(end.Reason, "No stream can be opened: " + end.Message, end);
        }

        if (_outboundCount + waiting >= Limits.MaxOutboundStreamsPerConnection)
        {
            Libp2pMetrics.CountRefusal("outbound_streams");
            throw new MuxerConnectionException(
                ConnectionEndReason.LimitReached,
                $"No stream can be opened: {_outboundCount} are open on this connection, the limit.");
        }
    }

    protected MuxedStream? Find(ulong key)
    {
        lock (Gate)
        {
            return _streams.GetValueOrDefault(key);
        }
    }

    private async Task RunAsync()
    {
        // The caller of Start gets its connection before the first byte is looked at.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Task reading = ReadLoopAsync();
        await WriteLoopAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        _writeWatchdog.Dispose();
        await CompleteTransportAsync().ConfigureAwait(false);
        _completion.TrySetResult();
    }

    private async Task CompleteTransportAsync()
    {
        try
        {
            await _transport.Input.CompleteAsync().ConfigureAwait(false);
            await _transport.Output.CompleteAsync(_isAborted && EndReason != ConnectionEndReason.ClosedByRemote ? _end : null)
                .ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogTransportCompletionFailed(_logger, exception);
        }
    }
}
