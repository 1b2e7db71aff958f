using Akka.Actor;
using Akka.Event;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>
/// What the toolkit says goes into the host's log, but for what this program says in its own words, one line a minute for each
/// (<see cref="ToolkitWords"/>). That a connection between nodes has ended it reports as an error with its stack, also when a node has left
/// in order; other lines of this program say which node has left, ended or fallen silent.
/// </summary>
internal sealed partial class ToolkitLog : LoggerFactoryLogger
{
    private readonly LogThrottle<Latest<string>> _waiting;
    private readonly LogThrottle<Latest<string>> _dropping;
    private readonly LogThrottle<Latest<string>> _late;
    private readonly LogThrottle<Latest<string>> _oversized;

    public ToolkitLog()
    {
        ILogger logger = Context.System.Settings.Setup.Get<LoggerFactorySetup>() is { HasValue: true, Value: { } setup }
            ? setup.LoggerFactory.CreateLogger<ToolkitLog>()
            : NullLogger.Instance;
        _waiting = New(waiting => LogWaiting(logger, waiting.Last!, waiting.Count));
        _dropping = New(dropped => LogDropping(logger, dropped.Last!, dropped.Count));
        _late = New(late => LogLate(logger, late.Count));
        _oversized = New(oversized => LogOversized(logger, oversized.Count, oversized.Last!));
    }

    /// <inheritdoc/>
    protected override void Log(LogEvent log, ActorPath path)
    {
        (ToolkitNews news, string region) = ToolkitWords.Read(log);
        switch (news)
        {
            case ToolkitNews.Waiting:
                _waiting.Add(region, Latest<string>.Add);
                break;
            case ToolkitNews.FullBuffer:
                _dropping.Add(region, Latest<string>.Add);
                break;
            case ToolkitNews.LateHeartbeat:
                _late.Add(string.Empty, Latest<string>.Add);
                break;
            case ToolkitNews.Oversized:
                _oversized.Add(((Error)log).Cause.Message, Latest<string>.Add);
                break;
            case ToolkitNews.Other:
                base.Log(log, path);
                break;
        }
    }

    private static LogThrottle<Latest<string>> New(Action<Latest<string>> write) => new(TimeProvider.System, write);

    [LoggerMessage(
        2065, LogLevel.Warning,
        "Requests to the region {Region} wait: no node says where its shards live. The node looked {Count} times since the last such line")]
    private static partial void LogWaiting(ILogger logger, string region, int count);

    [LoggerMessage(
        2066, LogLevel.Warning,
        "The region {Region} dropped {Count} requests since the last such line: too many wait for shards that are on the move, or that no "
        + "node has")]
    private static partial void LogDropping(ILogger logger, string region, int count);

    [LoggerMessage(
        2067, LogLevel.Warning,
        "This node sent its sign of life to the other nodes late, {Count} times since the last such line; they may take it for dead. Its "
        + "machine has too much to do, or stood still")]
    private static partial void LogLate(ILogger logger, int count);

    [LoggerMessage(
        2068, LogLevel.Error,
        "{Count} messages were dropped since the last such line, because they were larger than what nodes send one another. {Reason}")]
    private static partial void LogOversized(ILogger logger, int count, string reason);
}
