namespace RendezvousCluster.Libp2p.Muxing.Yamux;

/// <summary>What the keep-alive timer asks for.</summary>
internal enum KeepAliveAction
{
    /// <summary>The remote was heard of; nothing to do.</summary>
    None,

    /// <summary>Ping it with <see cref="YamuxKeepAlive.Value"/>.</summary>
    SendPing,

    /// <summary>It left the last ping unanswered.</summary>
    TimedOut,
}

/// <summary>
/// When to ping and when to give up, without a clock: the connection's timer calls <see cref="OnTimer"/> and waits as long as the answer
/// says.
/// A remote that was heard of since the last tick is not pinged. An unanswered ping ends the connection even if other frames arrive: a
/// remote that speaks yamux answers. Guarded by the connection's gate.
/// </summary>
internal sealed class YamuxKeepAlive(TimeSpan interval, TimeSpan timeout)
{
    private bool _wasHeard;
    private bool _isAwaiting;

    /// <summary>The opaque value of the last ping.</summary>
    public uint Value { get; private set; }

    /// <summary>A frame came.</summary>
    public void OnFrame() => _wasHeard = true;

    /// <summary>An answer came. True when it was the one awaited: the timer then starts anew with the interval.</summary>
    public bool OnPong(uint value)
    {
        if (!_isAwaiting || value != Value)
        {
            return false;
        }

        _isAwaiting = false;
        _wasHeard = false;
        return true;
    }

    /// <summary>The timer fired.</summary>
    /// <param name="next">When it shall fire again.</param>
    public KeepAliveAction OnTimer(out TimeSpan next)
    {
        next = interval;
        if (_isAwaiting)
        {
            return KeepAliveAction.TimedOut;
        }

        if (_wasHeard)
        {
            _wasHeard = false;
            return KeepAliveAction.None;
        }

        _isAwaiting = true;
        Value++;
        next = timeout;
        return KeepAliveAction.SendPing;
    }
}
