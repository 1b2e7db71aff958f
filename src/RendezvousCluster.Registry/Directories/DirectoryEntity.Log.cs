using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Directories;

internal sealed partial class DirectoryEntity
{
    /// <inheritdoc/>
    protected override void LogRecovered(long sequence, int count) => Events.Recovered(_settings.Logger, PersistenceId, sequence, count);

    /// <inheritdoc/>
    protected override void LogWriteFailed(long sequence, Exception cause) =>
        Events.WriteFailed(_settings.Logger, PersistenceId, sequence, cause);

    /// <inheritdoc/>
    protected override void LogRecoveryFailed(long sequence, Exception cause) =>
        Events.RecoveryFailed(_settings.Logger, PersistenceId, sequence, cause);

    /// <inheritdoc/>
    protected override void LogCompactionFailed(Exception cause) => Events.CompactionFailed(_settings.Logger, PersistenceId, cause);

    private static partial class Events
    {
        [LoggerMessage(
            2080, LogLevel.Warning, "Writing event {Sequence} of {Entity} failed; its outcome is unknown, the entity stops and recovers")]
        public static partial void WriteFailed(ILogger logger, string entity, long sequence, Exception cause);

        [LoggerMessage(2081, LogLevel.Warning, "Recovery of {Entity} failed after event {Sequence}")]
        public static partial void RecoveryFailed(ILogger logger, string entity, long sequence, Exception cause);

        [LoggerMessage(2082, LogLevel.Warning, "The journal of {Entity} could not be shortened; it is tried again with the next snapshot")]
        public static partial void CompactionFailed(ILogger logger, string entity, Exception cause);

        [LoggerMessage(2079, LogLevel.Debug, "Recovered {Entity} up to event {Sequence}: {Namespaces} namespaces are listed")]
        public static partial void Recovered(ILogger logger, string entity, long sequence, int namespaces);
    }
}
