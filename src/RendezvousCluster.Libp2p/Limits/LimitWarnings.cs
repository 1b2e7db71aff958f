using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// Counts what the limits of connections refuse, and warns of each limit that bites: at once when it begins, then once a minute while it
/// goes on. A line names the limit's setting and value and where most of the refused came from, so that an operator knows what to change,
/// or whom to block.
/// </summary>
internal sealed partial class LimitWarnings
{
    private readonly Dictionary<ConnectionLimit, LogThrottle<RefusalTally>> _throttles;

    public LimitWarnings(Libp2pLimits limits, TimeProvider timeProvider, ILogger logger) =>
        _throttles = Enum.GetValues<ConnectionLimit>().ToDictionary(limit => limit, limit => new LogThrottle<RefusalTally>(
            timeProvider,
            tally =>
            {
                (string source, int fromThere) = tally.MostFrequentSource;
                LogLimitBites(logger, limit.Setting(), limit.Value(limits), tally.Count, fromThere, source);
            }));

    /// <summary>A limit refused a connection from there, or put one out.</summary>
    public void Refused(ConnectionLimit limit, ConnectionSource source)
    {
        Libp2pMetrics.CountRefusal(limit.Tag());
        _throttles[limit].Add(source.ToString(limit.IsOfSubnets()), static (tally, from) => tally.Add(from));
    }

    [LoggerMessage(
        1030,
        LogLevel.Warning,
        "The limit {Setting} = {Value} refuses connections: {Count} since the last line of it, {FromThere} of them from {Source}. "
        + "There is one line a minute while this goes on.")]
    private static partial void LogLimitBites(
        ILogger logger, VisibleText setting, VisibleText value, int count, int fromThere, VisibleText source);
}
