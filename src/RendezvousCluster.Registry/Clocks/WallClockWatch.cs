using Microsoft.Extensions.Logging;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Libp2p.Logging;

namespace RendezvousCluster.Registry.Clocks;

/// <summary>
/// Tells an operator of every step of this node's wall clock. Looks at it once a second; what makes a step of two looks is
/// <see cref="WallClockHistory"/>'s to say. A step between two starts shows only when it went back: the newest row in the journal is then
/// from the future.
/// </summary>
internal sealed partial class WallClockWatch : IDisposable
{
    /// <summary>How often the clocks are compared.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>A row that is less far ahead may come from another node, whose clock may differ by so much.</summary>
    internal static readonly TimeSpan LeastAheadAtStart = TimeSpan.FromMinutes(1);

    private readonly RegistryClock _clock;
    private readonly ClockMetrics _metrics;
    private readonly ILogger _logger;
    private readonly LogThrottle<Latest<WallClockStep>> _log;
    private ITimer? _timer;

    public WallClockWatch(RegistryClock clock, ClockMetrics metrics, ILogger<WallClockWatch> logger)
    {
        _clock = clock;
        _metrics = metrics;
        _logger = logger;
        _log = new LogThrottle<Latest<WallClockStep>>(clock.Time, Tell);
    }

    /// <summary>Begins to look.</summary>
    public void Start()
    {
        _clock.Stepped = OnStepped;
        _clock.Look();
        _timer = _clock.Time.CreateTimer(_ => _clock.Look(), null, Interval, Interval);
    }

    /// <summary>The journal is open.</summary>
    /// <param name="newest">When its newest row was written, by the clock of its writer; null when there is none.</param>
    public void Opened(DateTimeOffset? newest)
    {
        if (newest is not { } written)
        {
            return;
        }

        TimeSpan ahead = written - _clock.Wall.GetUtcNow();
        if (ahead >= LeastAheadAtStart)
        {
            _metrics.Stepped(-ahead);
            LogBehindAtStart(_logger, ahead, written);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _clock.Stepped = null;
        _timer?.Dispose();
    }

    private void OnStepped(WallClockStep step)
    {
        _metrics.Stepped(step.Size);
        _log.Add(step, Latest<WallClockStep>.Add);
    }

    private void Tell(Latest<WallClockStep> steps)
    {
        TimeSpan size = steps.Last.Size;
        LogStepped(_logger, size < TimeSpan.Zero ? "back" : "ahead", size.Duration(), steps.Count);
    }

    [LoggerMessage(
        2093, LogLevel.Warning,
        "The wall clock of this machine was set {Direction} by {Size}, or the machine was suspended for that long ({Count} such steps "
        + "since the last line like this). Registrations keep their times to live. See that the clock is right, and that a time service "
        + "keeps it so")]
    private static partial void LogStepped(ILogger logger, string direction, TimeSpan size, int count);

    [LoggerMessage(
        2094, LogLevel.Warning,
        "The wall clock of this machine is behind: the newest row in the journal was written {Ahead} from now, at {Newest:u}. "
        + "Registrations count from this start on. See that the clock is right, and that a time service keeps it so")]
    private static partial void LogBehindAtStart(ILogger logger, TimeSpan ahead, DateTimeOffset newest);
}
