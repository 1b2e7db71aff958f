using Microsoft.Extensions.Logging;
using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Registry.Entities;

internal sealed partial class NamespaceEntity
{
    /// <inheritdoc/>
    protected override void LogRecovered(long sequence, int count) => LogRecoveredEntity(_settings.Logger, PersistenceId, sequence, count);

    /// <inheritdoc/>
    protected override void LogHole(JournalHole hole, int count) => LogFoundHole(
        _settings.Logger, PersistenceId, hole.Missing, hole.From, hole.To, _owner.State?.Namespace.ToString() ?? "unknown", count);

    /// <inheritdoc/>
    protected override void LogHoleMet(JournalHole hole, int count) => LogKnownHole(
        _settings.Logger, PersistenceId, hole.Missing, hole.From, hole.To, _owner.State?.Namespace.ToString() ?? "unknown", count);

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

    [LoggerMessage(2000, LogLevel.Debug, "Recovered {Entity} up to event {Sequence}: {Registrations} live registrations")]
    private static partial void LogRecoveredEntity(ILogger logger, string entity, long sequence, int registrations);

    [LoggerMessage(
        2001, LogLevel.Warning, "Writing event {Sequence} of {Entity} failed; its outcome is unknown, the entity stops and recovers")]
    private static partial void LogFailedWrite(ILogger logger, string entity, long sequence, Exception cause);

    [LoggerMessage(
        2002, LogLevel.Error,
        "Recovery of {Entity} failed after event {Sequence}: {Reason} Its requests are refused, and nothing of it is deleted")]
    private static partial void LogFailedRecovery(ILogger logger, string entity, long sequence, string reason);

    [LoggerMessage(2003, LogLevel.Error, "{Entity} belongs to namespace {Owner} and was asked for {Stranger}")]
    private static partial void LogStranger(ILogger logger, string entity, string owner, string stranger);

    [LoggerMessage(2004, LogLevel.Information, "The directory of namespaces did not answer {Entity}")]
    private static partial void LogNotAnnounced(ILogger logger, string entity, Exception? cause);

    [LoggerMessage(2005, LogLevel.Warning, "The journal of {Entity} could not be shortened; it is tried again")]
    private static partial void LogFailedCompaction(ILogger logger, string entity, Exception cause);

    [LoggerMessage(
        2013, LogLevel.Error,
        "The database has lost {Missing} events of {Entity}, between {From} and {To}, that it had acknowledged. Namespace {Namespace} "
        + "goes on with the {Registrations} registrations that can be proved; a peer that is missing comes back when it refreshes")]
    private static partial void LogFoundHole(
        ILogger logger, string entity, long missing, long from, long to, string @namespace, int registrations);

    [LoggerMessage(
        2008, LogLevel.Error,
        "The database has lost {Missing} events of {Entity}, {From} to {To}, that it had acknowledged. They are known here: "
        + "all {Registrations} registrations of namespace {Namespace} are written again")]
    private static partial void LogKnownHole(
        ILogger logger, string entity, long missing, long from, long to, string @namespace, int registrations);

    [LoggerMessage(2009, LogLevel.Warning, "The events of {Entity} that the database has lost are not written again yet: {Reason}")]
    private static partial void LogFailedMending(ILogger logger, string entity, string reason);
}
