using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Directories;

internal sealed partial class DirectoryEntity
{
    /// <inheritdoc/>
    protected override void LogRecovered(long sequence, int count) => LogRecoveredEntity(_settings.Logger, PersistenceId, sequence, count);

    /// <inheritdoc/>
    protected override void LogWriteFailed(long sequence, Exception cause) =>
        LogFailedWrite(_settings.Logger, PersistenceId, sequence, cause);

    /// <inheritdoc/>
    protected override void LogRecoveryFailed(long sequence, Exception cause) =>
        LogFailedRecovery(_settings.Logger, PersistenceId, sequence, cause);

    /// <inheritdoc/>
    protected override void LogCompactionFailed(Exception cause) => LogFailedCompaction(_settings.Logger, PersistenceId, cause);

    [LoggerMessage(
        2080, LogLevel.Warning, "Writing event {Sequence} of {Entity} failed; its outcome is unknown, the entity stops and recovers")]
    private static partial void LogFailedWrite(ILogger logger, string entity, long sequence, Exception cause);

    [LoggerMessage(2081, LogLevel.Warning, "Recovery of {Entity} failed after event {Sequence}")]
    private static partial void LogFailedRecovery(ILogger logger, string entity, long sequence, Exception cause);

    [LoggerMessage(2082, LogLevel.Warning, "The journal of {Entity} could not be shortened; it is tried again with the next snapshot")]
    private static partial void LogFailedCompaction(ILogger logger, string entity, Exception cause);

    [LoggerMessage(2079, LogLevel.Debug, "Recovered {Entity} up to event {Sequence}: {Namespaces} namespaces are listed")]
    private static partial void LogRecoveredEntity(ILogger logger, string entity, long sequence, int namespaces);
}
