using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Muxing;

/// <summary>
/// What the remote sent and nobody read, and the other memory that it makes this side hold.
///
/// Rules. Everything is counted before it is there and uncounted when it is gone, so that the account is at zero after the end. Beyond the
/// connection's cap a remote is read at a crawl; if it is still beyond it when the time is over, its connection ends without a last frame:
/// the remote would not read it.
/// </summary>
internal abstract partial class MuxedConnection
{
    /// <summary>So many streams of the remote are counted with the connection itself: more than most peers have open.</summary>
    private const int MaxUncountedStreams = 8;

    /// <summary>What an open stream takes with the task of its handler, about.</summary>
    private const int StreamBytes = 4096;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);

    private readonly Watchdog _unreadWatchdog;
    private int _unreadBytes;
    private int _countedStreams;
    private bool _isOverrun;
    private ITimer? _pauseTimer;

    /// <summary>Received and not consumed, over all streams. Read under the gate.</summary>
    internal int UnreadBytes => _unreadBytes;

    /// <summary>
    /// Accounts for bytes that the application consumed or that nobody will read. Called under the gate.
    /// </summary>
    internal void ReleaseUnread(MuxedStream stream, int bytes)
    {
        // A stream that ended gave everything back at once; what is consumed from its buffer afterwards counts no more.
        CountUnread(stream, -Math.Min(bytes, stream.UnreadBytes));
        if (stream.IsLeftover && stream.UnreadBytes == 0)
        {
            stream.IsLeftover = false;
            _leftoverCount--;
        }

        OnUnreadReleased(stream);
    }

    /// <summary>
    /// Waits until a blocked frame can be looked at again. Meanwhile all that lies before the read loop is held, here and in the transport.
    /// </summary>
    private async ValueTask WaitToResumeAsync(long bytes)
    {
        long held = bytes + TransportBuffers.MaxReadAheadBytes;
        Account.Add(held);
        await _readResume.WaitAsync().ConfigureAwait(false);
        Account.Add(-held);
    }

    /// <summary>
    /// Lets a remote whose bytes nobody reads wait, but not for good: what it sends on other streams, and its window updates, may be what
    /// the application waits for.
    /// </summary>
    private async ValueTask PauseWhileOverrunAsync()
    {
        long began = TimeProvider.GetTimestamp();
        while (true)
        {
            lock (Gate)
            {
                TimeSpan left = Limits.ReceiveOverrunPause - TimeProvider.GetElapsedTime(began);
                if (_end is not null || !_isOverrun || left <= TimeSpan.Zero)
                {
                    return;
                }

                // Set anew each time: the signal has other callers, and a timer may be a moment early.
                left = left < ShortestPause ? ShortestPause : left;
                if (_pauseTimer is null)
                {
                    _pauseTimer = TimeProvider.CreateTimer(
                        static state => ((MuxedConnection)state!)._readResume.Set(), this, left, Timeout.InfiniteTimeSpan);
                }
                else
                {
                    _pauseTimer.Change(left, Timeout.InfiniteTimeSpan);
                }
            }

            await WaitToResumeAsync(bytes: 0).ConfigureAwait(false);
        }
    }

    /// <summary>So many bytes more lie unread, or fewer. Called under the gate.</summary>
    private void CountUnread(MuxedStream stream, int difference)
    {
        long before = PipeBlocks.HeldFor(stream.UnreadBytes);
        stream.UnreadBytes += difference;
        _unreadBytes += difference;
        Account.Add(PipeBlocks.HeldFor(stream.UnreadBytes) - before);
        bool isOver = _unreadBytes > Limits.MaxReceiveBytesPerConnection;
        if (isOver != _isOverrun)
        {
            _isOverrun = isOver;
            if (isOver)
            {
                _unreadWatchdog.Start();
            }
            else
            {
                _unreadWatchdog.Stop();
                _readResume.Set();
            }
        }
    }

    /// <summary>
    /// Streams of the remote beyond what an honest one has open cost memory even when nothing lies in them. Called under the gate.
    /// </summary>
    private void CountStreams()
    {
        int counted = Math.Max(0, _inboundCount - MaxUncountedStreams);
        Account.Add((long)(counted - _countedStreams) * StreamBytes);
        _countedStreams = counted;
    }

    private void OnUnreadTimeout()
    {
        int unread;
        lock (Gate)
        {
            unread = _unreadBytes;
            if (!_isOverrun)
            {
                return;
            }
        }

        End(
            new MuxerConnectionException(
                ConnectionEndReason.UnreadBytesExceeded,
                $"The remote has sent {unread} bytes that nobody read, more than {Limits.MaxReceiveBytesPerConnection} for "
                + $"{Limits.ReceiveOverrunTimeout.TotalSeconds:0.#} s."),
            sendGoodbye: false);
    }
}
