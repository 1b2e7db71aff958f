namespace RendezvousCluster.Core.Clocks;

/// <summary>
/// By how much the wall clock of a process was ahead of its steady clock, and for how long; and what other processes say of theirs. Pure:
/// the caller says what it saw.
/// </summary>
/// <param name="belief">For how long after a step the wall clock may have been right before it as well as since.</param>
internal sealed class WallClockHistory(TimeSpan belief)
{
    /// <summary>
    /// What was seen on two looks so far apart is believed. An hour: clocks that are wrong at a boot, or set by a mistake, are set right
    /// within minutes; and all that waits for it is disk space.
    /// </summary>
    internal static readonly TimeSpan DefaultBelief = TimeSpan.FromHours(1);

    /// <summary>A smaller difference is not a step: clocks are read one after the other, and daemons nudge them.</summary>
    internal static readonly TimeSpan LeastStep = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Another process' wall clock that differs by less is the same: what it says took a while to get here. Beyond it, full ones count, so
    /// that the next answer of the same clock brings nothing new.
    /// </summary>
    internal static readonly TimeSpan LeastDifference = TimeSpan.FromSeconds(1);

    /// <summary>How many offsets are kept apart. A clock that is set more often than that is remembered by its extremes.</summary>
    internal const int MaxSpans = 64;

    // The newest last. Each held until the next one began.
    private readonly List<Span> _spans = [new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero)];

    // The offsets of others, in two turns of the span of belief.
    private Span? _heard;
    private Span? _heardBefore;

    /// <summary>By how much the wall clock is ahead now.</summary>
    public TimeSpan Offset { get; private set; }

    /// <summary>The least of it since the start.</summary>
    public TimeSpan LowestEver { get; private set; }

    /// <summary>From when on the process has watched for long enough to believe the wall clock.</summary>
    public TimeSpan BelievesFrom => belief;

    /// <summary>How many offsets are remembered; for tests.</summary>
    internal int SpanCount => _spans.Count;

    /// <summary>Somebody has looked at both clocks.</summary>
    /// <param name="elapsed">The steady time since the start of the process.</param>
    /// <param name="offset">By how much the wall clock is ahead of the steady one.</param>
    /// <returns>The step, if there was one since the last look.</returns>
    public WallClockStep? Look(TimeSpan elapsed, TimeSpan offset)
    {
        Forget(elapsed);
        TimeSpan size = offset - Offset;
        if (size.Duration() < LeastStep)
        {
            return null;
        }

        Offset = offset;
        LowestEver = Least(LowestEver, offset);
        _spans.Add(new Span(elapsed, offset, offset));
        if (_spans.Count > MaxSpans)
        {
            _spans[1] = new Span(_spans[0].Since, Least(_spans[0].Low, _spans[1].Low), Most(_spans[0].High, _spans[1].High));
            _spans.RemoveAt(0);
        }

        return new WallClockStep(size);
    }

    /// <summary>Another process says what its wall clock may mean; it counts for as long as an own offset, and as long again.</summary>
    /// <param name="elapsed">The steady time since the start of this process.</param>
    /// <param name="lowest">The least by which it may be ahead of the steady clock here.</param>
    /// <param name="highest">The most.</param>
    public void Hear(TimeSpan elapsed, TimeSpan lowest, TimeSpan highest)
    {
        TimeSpan low = lowest <= Offset - LeastDifference ? Whole(lowest, Math.Floor) : Offset;
        TimeSpan high = highest >= Offset + LeastDifference ? Whole(highest, Math.Ceiling) : Offset;
        if (_heard is { } heard && elapsed - heard.Since < belief)
        {
            _heard = heard with { Low = Least(heard.Low, low), High = Most(heard.High, high) };
        }
        else
        {
            (_heardBefore, _heard) = (_heard, new Span(elapsed, low, high));
        }

        LowestEver = Least(LowestEver, low);
    }

    /// <summary>The steady clock is moved ahead; the wall clock stays where it is.</summary>
    public void Move(TimeSpan ahead)
    {
        Offset -= ahead;
        LowestEver -= ahead;
        for (int i = 0; i < _spans.Count; i++)
        {
            _spans[i] = _spans[i].Move(ahead);
        }

        (_heard, _heardBefore) = (_heard?.Move(ahead), _heardBefore?.Move(ahead));
    }

    /// <summary>The least and the most by which a wall clock was ahead as long as it is remembered.</summary>
    public (TimeSpan Lowest, TimeSpan Highest) Range(TimeSpan elapsed)
    {
        (TimeSpan lowest, TimeSpan highest) = OwnRange(elapsed);
        foreach (Span? heard in (ReadOnlySpan<Span?>)[_heard, _heardBefore])
        {
            if (heard is { } span && elapsed - span.Since < 2 * belief)
            {
                (lowest, highest) = (Least(lowest, span.Low), Most(highest, span.High));
            }
        }

        return (lowest, highest);
    }

    /// <summary>As <see cref="Range"/>, but of this process' wall clock alone.</summary>
    public (TimeSpan Lowest, TimeSpan Highest) OwnRange(TimeSpan elapsed)
    {
        Forget(elapsed);
        (TimeSpan lowest, TimeSpan highest) = (Offset, Offset);
        foreach (Span span in _spans)
        {
            (lowest, highest) = (Least(lowest, span.Low), Most(highest, span.High));
        }

        return (lowest, highest);
    }

    // One that ended so long ago is not believed any more.
    private void Forget(TimeSpan elapsed)
    {
        while (_spans.Count > 1 && elapsed - _spans[1].Since >= belief)
        {
            _spans.RemoveAt(0);
        }
    }

    private static TimeSpan Least(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static TimeSpan Most(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private static TimeSpan Whole(TimeSpan offset, Func<double, double> round) =>
        LeastDifference * round(offset.Ticks / (double)LeastDifference.Ticks);

    private readonly record struct Span(TimeSpan Since, TimeSpan Low, TimeSpan High)
    {
        public Span Move(TimeSpan ahead) => this with { Low = Low - ahead, High = High - ahead };
    }
}
