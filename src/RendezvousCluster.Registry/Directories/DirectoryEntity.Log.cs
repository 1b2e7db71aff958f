using Microsoft.Extensions.Logging;
using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Registry.Directories;

internal sealed partial class DirectoryEntity
{
    /// <inheritdoc/>
    protected override void LogRecovered(long sequence, int count) => LogRecoveredEntity(_settings.Logger, PersistenceId, sequence, count);

    /// <inheritdoc/>
    protected override void LogHole(JournalHole hole, int count) =>
        LogFoundHole(_settings.Logger, PersistenceId, hole.Missing, hole.From, hole.To, count);

    /// <inheritdoc/>
    protected override void LogHoleMet(JournalHole hole, int count) =>
        LogKnownHole(_settings.Logger, PersistenceId, hole.Missing, hole.From, hole.To, count);

    /// <inheritdoc/>
    protected override void LogMendFailed(string reason) => LogFailedMending(_settings.Logger, PersistenceId, reason);

    /// <inheritdoc/>
    protected override void LogWriteFailed(long sequence, Exception cause) =>
        LogFailedWrite(_settings.Logger, PersistenceId, sequence, cause);

    /// <inheritdoc/>
    protected override void LogRecoveryFailed(long sequence, string reason) =>
        LogFailedRecovery(_settings.Logger, PersistenceId, sequence, reason);

    /// <inheritdoc/>
    protected override void LogCompactionFailed(Exception cause) => LogFailedCompaction(_settings.Logger, PersistenceId, cause);

    [LoggerMessage(
        2080, LogLevel.Warning, "Writing event {Sequence} of {Entity} failed; its outcome is unknown, the entity stops and recovers")]
    private static partial void LogFailedWrite(ILogger logger, string entity, long sequence, Exception cause);

    [LoggerMessage(
        2081, LogLevel.Warning,
        "Recovery of {Entity} failed after event {Sequence}: {Reason} Its requests are refused, and nothing of it is deleted")]
    private static partial void LogFailedRecovery(ILogger logger, string entity, long sequence, string reason);

    [LoggerMessage(
        2007, LogLevel.Error,
        "The database has lost {Missing} events of {Entity}, between {From} and {To}, that it had acknowledged. This part of the directory "
        + "goes on with the {Namespaces} namespaces that can be proved; one that is missing is listed again when a peer refreshes in it")]
    private static partial void LogFoundHole(ILogger logger, string entity, long missing, long from, long to, int namespaces);

    [LoggerMessage(
        2011, LogLevel.Error,
        "The database has lost {Missing} events of {Entity}, {From} to {To}, that it had acknowledged. They are known here: "
        + "all {Namespaces} namespaces of this part of the directory are written again")]
    private static partial void LogKnownHole(ILogger logger, string entity, long missing, long from, long to, int namespaces);

    [LoggerMessage(2012, LogLevel.Warning, "The events of {Entity} that the database has lost are not written again yet: {Reason}")]
    private static partial void LogFailedMending(ILogger logger, string entity, string reason);

    [LoggerMessage(2082, LogLevel.Warning, "The journal of {Entity} could not be shortened; it is tried again with the next snapshot")]
    private static partial void LogFailedCompaction(ILogger logger, string entity, Exception cause);

    [LoggerMessage(2079, LogLevel.Debug, "Recovered {Entity} up to event {Sequence}: {Namespaces} namespaces are listed")]
    private static partial void LogRecoveredEntity(ILogger logger, string entity, long sequence, int namespaces);
}
