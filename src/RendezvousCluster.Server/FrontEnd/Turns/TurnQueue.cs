using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Server.FrontEnd.Turns;

/// <summary>
/// Where requests wait for their turn at this node, in the order of <see cref="TurnOrder"/>. A turn is for the node's own work: it is ended
/// when the answer is written, or waits for its peer, and before a wait for the disk. A request that holds one for longer keeps others from
/// theirs. Safe for use from several threads.
/// </summary>
internal sealed class TurnQueue
{
    private readonly Lock _lock = new();
    private readonly TurnOrder _order;
    private readonly TimeSpan _lapse;
    private readonly TimeProvider _timeProvider;

    /// <param name="limits">How much at once, and for how long.</param>
    /// <param name="processors">How many processors share the work.</param>
    /// <param name="timeProvider">The clock.</param>
    public TurnQueue(RendezvousLimits limits, int processors, TimeProvider timeProvider)
    {
        _order = new TurnOrder(
            limits.MaxWorkUnitsPerProcessor * processors, limits.MaxRequestsInFlightPerNode, limits.MaxUnsentBytesPerConnection);
        _lapse = limits.UnsentTurnTimeout;
        _timeProvider = timeProvider;
    }

    /// <summary>Requests that wait for their turn.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _order.Waiting;
            }
        }
    }

    /// <summary>Units of work under way.</summary>
    public int Units
    {
        get
        {
            lock (_lock)
            {
                return _order.Units;
            }
        }
    }

    /// <summary>Connections that have a place, with their addresses and subnets.</summary>
    public int Places
    {
        get
        {
            lock (_lock)
            {
                return _order.Places;
            }
        }
    }

    /// <summary>The place of a connection, for as long as it is open.</summary>
    public TurnPlace Open(IPeerConnection connection)
    {
        TurnPlace place;
        lock (_lock)
        {
            place = _order.Open(ConnectionSource.OfMultiaddr(connection.RemoteAddress));
        }

        connection.Closed.UnsafeRegister(_ => Close(place), null);
        return place;
    }

    /// <summary>
    /// Waits for the turn; false when too many wait already. With either answer the turn is to be ended with <see cref="End"/>.
    /// </summary>
    /// <param name="turn">A request that has not asked before.</param>
    /// <param name="maxUnits">The most that it can come to.</param>
    /// <param name="cancellationToken">The request's time is up, or its stream over.</param>
    /// <exception cref="OperationCanceledException">The turn did not come in time.</exception>
    public ValueTask<bool> BeginAsync(Turn turn, int maxUnits, CancellationToken cancellationToken)
    {
        TaskCompletionSource<bool> waiter;
        lock (_lock)
        {
            if (_order.TryBegin(turn, maxUnits))
            {
                return ValueTask.FromResult(true);
            }

            Turn? leaving = _order.Ask(turn, maxUnits);
            leaving?.Waiter?.TrySetResult(false);
            BeginNext();
            if (turn.State != TurnState.Waiting)
            {
                return ValueTask.FromResult(turn.State == TurnState.Begun);
            }

            turn.WaitedFor = turn.Leaf.IsHeldBack ? TurnWait.OwnPeer : TurnWait.Others;
            turn.Waiter = waiter = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return WaitAsync(turn, waiter, cancellationToken);
    }

    /// <summary>How large a page is, once it is known.</summary>
    public void Weigh(Turn turn, long bytes)
    {
        lock (_lock)
        {
            _order.Weigh(turn, TurnOrder.UnitsFor(bytes));
            BeginNext();
        }
    }

    /// <summary>
    /// Ends the turn in a moment if nobody has by then: its page is being written, which is work as long as its peer takes it.
    /// </summary>
    public void EndSoon(Turn turn) =>
        turn.Lapse = _timeProvider.CreateTimer(_ => End(turn), null, _lapse, Timeout.InfiniteTimeSpan);

    /// <summary>Ends the turn, or the wait for it. Idempotent.</summary>
    public void End(Turn turn)
    {
        lock (_lock)
        {
            TurnOrder.Withdraw(turn);
            _order.End(turn);
            BeginNext();
        }

        turn.Lapse?.Dispose();
    }

    /// <summary>So many bytes of pages lie ready for the peer of that connection, or fewer.</summary>
    public void AddUnsent(TurnPlace place, long difference)
    {
        if (difference == 0)
        {
            return;
        }

        lock (_lock)
        {
            _order.AddUnsent(place, difference);
            BeginNext();
        }
    }

    private void Close(TurnPlace place)
    {
        lock (_lock)
        {
            TurnOrder.Close(place);
        }
    }

    private async ValueTask<bool> WaitAsync(Turn turn, TaskCompletionSource<bool> waiter, CancellationToken cancellationToken)
    {
        await using (cancellationToken.UnsafeRegister((_, token) => GiveUp(turn, waiter, token), null))
        {
            return await waiter.Task.ConfigureAwait(false);
        }
    }

    private void GiveUp(Turn turn, TaskCompletionSource<bool> waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (TurnOrder.Withdraw(turn))
            {
                waiter.TrySetCanceled(cancellationToken);
                BeginNext();
            }
        }
    }

    private void BeginNext()
    {
        while (_order.Next() is { } next)
        {
            next.Waiter?.TrySetResult(true);
        }
    }
}
