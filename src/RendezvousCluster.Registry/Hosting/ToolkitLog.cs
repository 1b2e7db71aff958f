using Akka.Actor;
using Akka.Event;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>
/// What the toolkit says goes into the host's log, with two exceptions. That a connection between nodes has ended it tells as an error with
/// its stack, also when a node has left in order; this program logs in its own words which node has left, ended or fallen silent. And that
/// requests wait because nobody says where shards live, it tells several times a second; here one line a minute says it.
/// </summary>
internal sealed partial class ToolkitLog : LoggerFactoryLogger
{
    // The type is the toolkit's own.
    private const string EndOfConnection = "Akka.Remote.EndpointDisassociatedException";

    private readonly LogThrottle<Latest<string>> _waiting;

    public ToolkitLog()
    {
        ILogger logger = Context.System.Settings.Setup.Get<LoggerFactorySetup>() is { HasValue: true, Value: { } setup }
            ? setup.LoggerFactory.CreateLogger<ToolkitLog>()
            : NullLogger.Instance;
        _waiting = new LogThrottle<Latest<string>>(
            TimeProvider.System, waiting => LogWaiting(logger, waiting.Last!, waiting.Count));
    }

    /// <summary>What a region says, after its name, while it has requests and knows no coordinator, or has no answer from it.</summary>
    internal static IReadOnlyList<string> WordsOfWaiting { get; } =
        [": No coordinator found to register. ", ": Trying to register to coordinator at [", ": Requested shard homes ["];

    /// <summary>Whether it is passed on as it is.</summary>
    internal static bool IsLogged(LogEvent said) => said is not Error { Cause: { } cause } || cause.GetType().FullName != EndOfConnection;

    /// <summary>The region that says that it has requests and does not know where they go; null when something else is said.</summary>
    internal static string? WhoWaits(LogEvent said)
    {
        if (said is not Warning || said.Message?.ToString() is not { } text)
        {
            return null;
        }

        int end = WordsOfWaiting.Select(words => text.IndexOf(words, StringComparison.Ordinal)).Max();
        return end > 0 ? text[..end] : null;
    }

    /// <inheritdoc/>
    protected override void Log(LogEvent log, ActorPath path)
    {
        if (WhoWaits(log) is { } region)
        {
            _waiting.Add(region, Latest<string>.Add);
        }
        else if (IsLogged(log))
        {
            base.Log(log, path);
        }
    }

    [LoggerMessage(
        2065, LogLevel.Warning,
        "Requests to the region {Region} wait: no node says where its shards live. The node looked {Count} times since the last such line")]
    private static partial void LogWaiting(ILogger logger, string region, int count);
}
