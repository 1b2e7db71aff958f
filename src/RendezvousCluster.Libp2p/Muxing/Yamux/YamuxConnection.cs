using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Muxing.Yamux;

/// <summary>
/// A yamux connection, as the side that serves strangers sees it.
/// </summary>
/// <remarks>
/// <para>
/// <b>Windows bound memory.</b> A Data frame may not be longer than what is left of its stream's window; that is checked on its header,
/// before a stream is created for it, and one byte more ends the connection. The window opens again only for what the application consumed,
/// and not while the connection as a whole holds more than it may: then updates are withheld until it holds less. Windows that are open
/// cannot be taken back, so a remote that fills many of them gets beyond that bound all the same; staying there ends the connection.
/// </para>
/// <para>
/// <b>One slot each</b> for the pong we owe, our own ping and the go-away. A ping that finds the pong slot taken waits at the
/// head of the read loop: implementations abort on a pong that is missing, repeated or of another value, so none may be dropped or merged.
/// </para>
/// <para>
/// <b>Violations</b> (wrong version, type or parity, an id in use, data on the session, too much data) end the connection with GoAway(1).
/// Frames for a stream that is not there are no violation: they crossed its end. Their bodies are read and dropped.
/// </para>
/// <para>
/// <b>Going away.</b> After the remote's GoAway(0) open streams may finish and no new ones are opened; with the last of them the connection
/// ends. Any other code ends it at once. Our own goodbye is GoAway, then the end of the transport.
/// </para>
/// </remarks>
internal sealed partial class YamuxConnection : MuxedConnection
{
    private readonly YamuxKeepAlive _keepAlive;
    private readonly ITimer? _keepAliveTimer;
    private readonly int _targetWindowBytes;
    private long _nextStreamId;
    private bool _isRemoteGoingAway;
    private bool _hasWithheldUpdates;
    private uint? _pongDue;
    private uint? _pingDue;
    private YamuxGoAwayCode? _goAwayDue;

    public YamuxConnection(
        IDuplexPipe transport,
        bool isDialer,
        Libp2pLimits limits,
        TimeProvider timeProvider,
        ILogger logger,
        ByteAccount? account = null,
        uint? firstStreamId = null)
        : base(transport, isDialer, limits, timeProvider, logger, account)
    {
        _nextStreamId = firstStreamId ?? (isDialer ? 1u : 2u);
        _targetWindowBytes = limits.YamuxWindowBytes;
        _keepAlive = new YamuxKeepAlive(limits.KeepAliveInterval, limits.KeepAliveTimeout);
        if (limits.KeepAliveInterval > TimeSpan.Zero)
        {
            _keepAliveTimer = timeProvider.CreateTimer(
                static state => ((YamuxConnection)state!).OnKeepAliveTimer(), this, limits.KeepAliveInterval, Timeout.InfiniteTimeSpan);
        }
    }

    public override bool AsksSilentRemotes => true;

    public override ValueTask<IMuxedStream> OpenStreamAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (Gate)
        {
            ThrowIfCannotOpen();
            if (_isRemoteGoingAway)
            {
                throw new MuxerConnectionException(
                    ConnectionEndReason.ClosedByRemote, "No stream can be opened: the remote is going away.");
            }

            if (_nextStreamId > uint.MaxValue)
            {
                throw new MuxerConnectionException(
                    ConnectionEndReason.LimitReached, "No stream can be opened: the ids of this connection are used up.");
            }

            var stream = new YamuxStream(this, (uint)_nextStreamId, isOutbound: true, _targetWindowBytes);
            _nextStreamId += 2;
            AddOutbound(stream);
            return ValueTask.FromResult<IMuxedStream>(stream);
        }
    }

    protected override MuxedStream CreateInbound(ulong id)
    {
        var stream = new YamuxStream(this, (uint)id, isOutbound: false, _targetWindowBytes) { IsAcknowledgementDue = true };
        QueueControl(stream);
        return stream;
    }

    protected override void OnUnreadReleased(MuxedStream stream)
    {
        if (((YamuxStream)stream).IsWindowUpdateDue && !IsWithheld())
        {
            QueueControl(stream);
        }

        if (_hasWithheldUpdates && UnreadBytes <= Limits.MaxReceiveBytesPerConnection)
        {
            _hasWithheldUpdates = false;
            foreach (MuxedStream other in Streams)
            {
                if (((YamuxStream)other).IsWindowUpdateDue)
                {
                    QueueControl(other);
                }
            }
        }
    }

    protected override void OnEnding(ConnectionEndReason reason)
    {
        _keepAliveTimer?.Dispose();
        _goAwayDue = reason switch
        {
            ConnectionEndReason.InternalError => YamuxGoAwayCode.InternalError,
            ConnectionEndReason.ProtocolError or ConnectionEndReason.WindowExceeded
                or ConnectionEndReason.StreamRateExceeded => YamuxGoAwayCode.ProtocolError,
            _ => YamuxGoAwayCode.Normal,
        };
    }

    protected override void OnIdle()
    {
        lock (Gate)
        {
            if (!_isRemoteGoingAway || Streams.Count > 0)
            {
                return;
            }
        }

        End(new MuxerConnectionException(ConnectionEndReason.ClosedByRemote, "The remote went away."), sendGoodbye: true);
    }

    private void OnKeepAliveTimer()
    {
        lock (Gate)
        {
            if (HasEnded)
            {
                return;
            }

            KeepAliveAction action = _keepAlive.OnTimer(out TimeSpan next);
            if (action != KeepAliveAction.TimedOut)
            {
                _keepAliveTimer!.Change(next, Timeout.InfiniteTimeSpan);
                if (action == KeepAliveAction.SendPing)
                {
                    _pingDue = _keepAlive.Value;
                    WakeWriter();
                }

                return;
            }
        }

        End(
            new MuxerConnectionException(
                ConnectionEndReason.KeepAliveTimeout,
                $"The remote did not answer a ping for {Limits.KeepAliveTimeout.TotalSeconds:0.#} s."),
            sendGoodbye: false);
    }
}
