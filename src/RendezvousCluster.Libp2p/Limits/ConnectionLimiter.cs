using System.Net;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Limits;

// Request path, step 2: take a place among the connections.
/// <summary>
/// Counts connections against the limits: host → subnet → IP address → peer. A connection reserves its place when it is accepted, before a
/// byte of it is read, and closing its <see cref="ConnectionScope"/> gives back all it held. One lock: it is taken a few times in the life
/// of a connection.
///
/// Rules. At a bound a pending connection that has not sent a byte gives its place to the newcomer at once: the caller closes it right
/// away, though what served it may take longer to end. As many as may be pending may be leaving so; while there are more, nobody is put
/// out, and listeners wait with <see cref="WhenFewLeaveAsync"/> before they accept the next one, so that a burst of connections can make
/// newcomers wait, but not fill the memory.
/// </summary>
internal sealed class ConnectionLimiter(Libp2pLimits limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, int> _perIp = [];
    private readonly Dictionary<UInt128, int> _perSubnet = [];
    private readonly Dictionary<PeerId, int> _perPeer = [];
    private readonly PendingHandshakes _pending = new(limits);
    private int _connections;
    private int _leaving;
    private TaskCompletionSource? _fewLeave;
    private long _arrivals;

    /// <summary>Connections that hold a place now.</summary>
    public int Connections
    {
        get
        {
            lock (_lock)
            {
                return _connections;
            }
        }
    }

    /// <summary>Inbound connections whose handshake has not ended.</summary>
    public int PendingHandshakes
    {
        get
        {
            lock (_lock)
            {
                return _pending.Count;
            }
        }
    }

    /// <summary>Reserves a place for a connection that has not been upgraded yet.</summary>
    /// <param name="remoteIp">The address to count by; null, or loopback, is counted neither per IP nor per subnet.</param>
    /// <param name="isOutbound">We chose to dial: pending handshakes and IP addresses do not count.</param>
    /// <param name="scope">The reservation; null when it was refused.</param>
    /// <param name="putOut">The pending connection that was put out for this one; its place is gone, and the caller has to cut it.</param>
    /// <returns>The bound that was reached: it refused this connection, or put out another one for it (see
    /// <paramref name="putOut"/>).</returns>
    public ConnectionLimit TryReserve(IPAddress? remoteIp, bool isOutbound, out ConnectionScope? scope, out ConnectionScope? putOut)
    {
        scope = null;
        putOut = null;
        ConnectionSource source = isOutbound ? default : ConnectionSource.Of(remoteIp);
        lock (_lock)
        {
            ConnectionLimit bound;
            if (isOutbound ? !IsRoomToDial(out bound) : !TryMakeRoom(source, out bound, out putOut))
            {
                return bound;
            }

            if (putOut is not null)
            {
                RemovePending(putOut);
                ReleasePlace(putOut);
                putOut.IsLeaving = true;
                _leaving++;
            }

            _connections++;
            scope = new ConnectionScope(this, source, isOutbound, _arrivals++);
            if (!isOutbound)
            {
                _pending.Add(scope);
            }

            if (source.IsCounted)
            {
                _perIp[source.Address] = _perIp.GetValueOrDefault(source.Address) + 1;
                _perSubnet[source.Subnet] = _perSubnet.GetValueOrDefault(source.Subnet) + 1;
            }

            return bound;
        }
    }

    /// <summary>
    /// Ends when fewer connections have been put out and are not closed than may be pending, and at the latest after
    /// <paramref name="atMost"/>: closing is a matter of milliseconds, and if it ever hangs, newcomers are refused instead.
    /// </summary>
    public ValueTask WhenFewLeaveAsync(TimeSpan atMost, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!AreManyLeaving)
            {
                return ValueTask.CompletedTask;
            }

            _fewLeave ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(WaitAsync(_fewLeave.Task, atMost, timeProvider, cancellationToken));
        }
    }

    internal bool TryBindPeer(PeerId peer)
    {
        lock (_lock)
        {
            int used = _perPeer.GetValueOrDefault(peer);
            if (used >= limits.MaxConnectionsPerPeer)
            {
                return false;
            }

            _perPeer[peer] = used + 1;
            return true;
        }
    }

    internal void MarkSpeaking(ConnectionScope scope)
    {
        lock (_lock)
        {
            if (scope is { IsPending: true, IsSpeaking: false })
            {
                Speak(scope);
            }
        }
    }

    /// <summary>The connection is pending no more; false when it was not.</summary>
    internal bool EndPending(ConnectionScope scope)
    {
        lock (_lock)
        {
            bool wasPending = scope.IsPending;
            RemovePending(scope);
            return wasPending;
        }
    }

    internal void Release(ConnectionScope scope, PeerId? peer)
    {
        lock (_lock)
        {
            RemovePending(scope);
            ReleasePlace(scope);
            if (scope.IsLeaving)
            {
                scope.IsLeaving = false;
                _leaving--;
                EndWaiting();
            }

            if (peer is not null)
            {
                Decrement(_perPeer, peer);
            }
        }
    }

    private bool AreManyLeaving => _leaving >= limits.MaxPendingHandshakes;

    private static async Task WaitAsync(Task task, TimeSpan atMost, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        await task.WaitAsync(atMost, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static void Decrement<TKey>(Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull
    {
        int left = counts[key] - 1;
        if (left == 0)
        {
            counts.Remove(key);
        }
        else
        {
            counts[key] = left;
        }
    }

    private ConnectionLimit ReachedBy(ConnectionSource source) =>
        source.IsCounted && _perIp.GetValueOrDefault(source.Address) >= limits.MaxConnectionsPerIp ? ConnectionLimit.ConnectionsPerIp
        : source.IsCounted && _perSubnet.GetValueOrDefault(source.Subnet) >= limits.MaxConnectionsPerSubnet
            ? ConnectionLimit.ConnectionsPerSubnet
        : _connections >= limits.MaxConnections ? ConnectionLimit.Connections
        : ConnectionLimit.None;

    private bool IsRoomToDial(out ConnectionLimit bound)
    {
        bound = _connections >= limits.MaxConnections ? ConnectionLimit.Connections : ConnectionLimit.None;
        return bound == ConnectionLimit.None;
    }

    private bool TryMakeRoom(ConnectionSource source, out ConnectionLimit bound, out ConnectionScope? leaving)
    {
        ConnectionLimit reached = ReachedBy(source);
        while (true)
        {
            bool isRoom = _pending.TryMakeRoom(source, reached, out bound, out leaving);
            if (leaving is not null && AreManyLeaving)
            {
                leaving = null;
                return false;
            }

            if (leaving is not { IsSpeaking: false, HasSentBytes: true })
            {
                return isRoom;
            }

            // It has spoken, and this process has not come to listen. The next one, then: each is asked once.
            Speak(leaving);
        }
    }

    private void ReleasePlace(ConnectionScope scope)
    {
        if (!scope.HoldsPlace)
        {
            return;
        }

        scope.HoldsPlace = false;
        _connections--;
        if (scope.Source.IsCounted)
        {
            Decrement(_perIp, scope.Source.Address);
            Decrement(_perSubnet, scope.Source.Subnet);
        }
    }

    private void EndWaiting()
    {
        if (!AreManyLeaving)
        {
            _fewLeave?.SetResult();
            _fewLeave = null;
        }
    }

    private void Speak(ConnectionScope scope)
    {
        scope.IsSpeaking = true;
        _pending.MarkSpeaking(scope);
    }

    private void RemovePending(ConnectionScope scope)
    {
        if (scope.IsPending)
        {
            scope.IsPending = false;
            _pending.Remove(scope);
        }
    }
}
