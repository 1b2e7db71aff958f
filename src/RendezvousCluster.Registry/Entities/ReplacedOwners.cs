using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Logging;

namespace RendezvousCluster.Registry.Entities;

/// <summary>
/// Tells the operator that owners of this node met rows of other owners. One such row is all in a day's work: a shard has moved. While two
/// clusters live on one database it is several a second, and one line a minute says it. Safe for use from several threads.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="logger">Where the operator reads it.</param>
internal sealed partial class ReplacedOwners(TimeProvider time, ILogger logger)
{
    private readonly LogThrottle<Latest<string>> _log = new(time, replaced => LogReplaced(logger, replaced.Count, replaced.Last!));

    /// <summary>A write met another owner's row.</summary>
    public void Add(string entity) => _log.Add(entity, Latest<string>.Add);

    [LoggerMessage(
        2015, LogLevel.Warning,
        "{Count} writes met rows of another owner since the last such line, the last one those of {Entity}: whether they are stored is "
        + "unknown, and their owners on this node make way. When it goes on, two clusters live on this database")]
    private static partial void LogReplaced(ILogger logger, int count, string entity);
}
