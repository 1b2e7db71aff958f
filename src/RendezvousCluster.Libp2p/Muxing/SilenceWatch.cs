namespace RendezvousCluster.Libp2p.Muxing;

/// <summary>What the silence of a remote asks for.</summary>
internal enum SilenceAction
{
    /// <summary>It was heard of; nothing to do.</summary>
    None,

    /// <summary>It has been silent: ask it for a sign of life.</summary>
    Ask,

    /// <summary>It was asked and has stayed silent.</summary>
    GiveUp,
}

/// <summary>
/// When to ask a silent remote for a sign of life and when to give it up, without a clock: a timer calls <see cref="OnTimer"/> and waits as
/// long as the answer says. For muxers without a ping of their own. Every byte is a sign of life, not only an answer: the ping itself, a
/// refusal of the protocol, the reset of the stream, or something else; so a peer that does not speak ping is not given up. A remote whose
/// link is gone is given up after at most twice the interval and once the timeout.
/// </summary>
internal sealed class SilenceWatch(TimeSpan interval, TimeSpan timeout)
{
    private bool _isAsking;

    /// <summary>The timer fired.</summary>
    /// <param name="wasHeard">Whether a byte came since it fired last, or since the watch began.</param>
    /// <param name="next">When it shall fire again.</param>
    public SilenceAction OnTimer(bool wasHeard, out TimeSpan next)
    {
        next = interval;
        if (wasHeard)
        {
            _isAsking = false;
            return SilenceAction.None;
        }

        if (_isAsking)
        {
            return SilenceAction.GiveUp;
        }

        _isAsking = true;
        next = timeout;
        return SilenceAction.Ask;
    }
}
