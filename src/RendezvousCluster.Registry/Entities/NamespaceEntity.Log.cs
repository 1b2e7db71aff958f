using Microsoft.Extensions.Logging;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Registry.Entities;

internal sealed partial class NamespaceEntity
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

    private void LogStranger(RendezvousNamespace owner, RendezvousNamespace stranger) =>
        Events.Stranger(_settings.Logger, PersistenceId, owner.ToString(), stranger.ToString());

    private void LogNotAnnounced(Exception? cause) => Events.NotAnnounced(_settings.Logger, PersistenceId, cause);

    private static partial class Events
    {
        [LoggerMessage(2000, LogLevel.Debug, "Recovered {Entity} up to event {Sequence}: {Registrations} live registrations")]
        public static partial void Recovered(ILogger logger, string entity, long sequence, int registrations);

        [LoggerMessage(
            2001, LogLevel.Warning, "Writing event {Sequence} of {Entity} failed; its outcome is unknown, the entity stops and recovers")]
        public static partial void WriteFailed(ILogger logger, string entity, long sequence, Exception cause);

        [LoggerMessage(
            2002, LogLevel.Error, "Recovery of {Entity} failed after event {Sequence}; it stays asleep, and nothing of it is deleted")]
        public static partial void RecoveryFailed(ILogger logger, string entity, long sequence, Exception cause);

        [LoggerMessage(2003, LogLevel.Error, "{Entity} belongs to namespace {Owner} and was asked for {Stranger}")]
        public static partial void Stranger(ILogger logger, string entity, string owner, string stranger);

        [LoggerMessage(2004, LogLevel.Information, "The directory of namespaces did not answer {Entity}")]
        public static partial void NotAnnounced(ILogger logger, string entity, Exception? cause);

        [LoggerMessage(2005, LogLevel.Warning, "The journal of {Entity} could not be shortened; it is tried again")]
        public static partial void CompactionFailed(ILogger logger, string entity, Exception cause);
    }
}
