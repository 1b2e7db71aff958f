using System.Data;
using System.Data.Common;
using System.Globalization;
using Akka.Configuration;
using Akka.Hosting.Logging;
using Akka.Persistence;
using Akka.Persistence.Sql.Snapshot;
using LinqToDB;
using LinqToDB.Data;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// The plugin's snapshot store, except that it passes over a damaged snapshot: recovery goes on from the one before it and the events
/// behind that, which are kept for this. Without any snapshot it goes on from the first event; the entity notices if events are missing.
/// Whether there is one at all it asks by itself: most journals are short, and anyone can ask for names that nobody knows. A snapshot that
/// is ahead of its journal proves that events are lost, which the journal itself does not show, and gets a line in the log.
/// </summary>
internal sealed partial class RegistrySnapshotStore(Config snapshotConfig) : SqlSnapshotStore(snapshotConfig)
{
    // The plugin makes this actor, so what it needs comes with the actor system.
    private readonly ILogger _logger =
        Context.System.Settings.Setup.Get<LoggerFactorySetup>() is { HasValue: true, Value: var setup }
            ? setup.LoggerFactory.CreateLogger<RegistrySnapshotStore>()
            : NullLogger.Instance;

    private readonly JournalDataSetup? _setup =
        Context.System.Settings.Setup.Get<JournalDataSetup>() is { HasValue: true } given ? given.Value : null;

    /// <summary>A snapshot in a file that is lost must not count as saved: events would be deleted for it.</summary>
    /// <inheritdoc/>
    protected override async Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        await base.SaveAsync(metadata, snapshot, cancellationToken).ConfigureAwait(false);
        if (_setup?.Fault() is { } fault)
        {
            throw new StoreFaultException(fault);
        }
    }

    /// <inheritdoc/>
    protected override async Task<SelectedSnapshot?> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        if (_setup is not null && !await HasAnyAsync(_setup.Snapshots, persistenceId, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        while (await base.LoadAsync(persistenceId, criteria, cancellationToken).ConfigureAwait(false) is { } selected)
        {
            if (selected.Snapshot is not UnreadableSnapshot unreadable)
            {
                await CompareAsync(selected.Metadata, cancellationToken).ConfigureAwait(false);
                return selected;
            }

            LogDamaged(_logger, persistenceId, selected.Metadata.SequenceNr, unreadable.Reason);
            criteria = new SnapshotSelectionCriteria(
                selected.Metadata.SequenceNr - 1, criteria.MaxTimeStamp, criteria.MinSequenceNr, criteria.MinTimestamp);
        }

        return null;
    }

    private static async Task<bool> HasAnyAsync(DataOptions data, string persistenceId, CancellationToken cancellationToken) =>
        await AskAsync(data, "SELECT 1 FROM snapshot WHERE persistence_id = @id LIMIT 1", persistenceId, cancellationToken)
            .ConfigureAwait(false) is not null;

    private static async Task<object?> AskAsync(
        DataOptions data, string question, string persistenceId, CancellationToken cancellationToken)
    {
        var connection = new DataConnection(data);
        await using (connection.ConfigureAwait(false))
        {
            DbConnection session = await connection.OpenDbConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using DbCommand command = session.CreateCommand();
            DbParameter id = command.CreateParameter();
            id.ParameterName = "@id";
            id.DbType = DbType.String;
            id.Value = persistenceId;
            command.Parameters.Add(id);
            command.CommandText = question;
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // The last row of a journal stays when events are deleted. Its owner closes the hole when it writes its fence.
    private async Task CompareAsync(SnapshotMetadata snapshot, CancellationToken cancellationToken)
    {
        if (_setup is null)
        {
            return;
        }

        object? end = await AskAsync(
            _setup.Data, "SELECT MAX(sequence_number) FROM journal WHERE persistence_id = @id", snapshot.PersistenceId, cancellationToken)
            .ConfigureAwait(false);
        long last = end is null or DBNull ? 0 : Convert.ToInt64(end, CultureInfo.InvariantCulture);
        if (last < snapshot.SequenceNr)
        {
            LogAhead(_logger, snapshot.PersistenceId, last, snapshot.SequenceNr);
        }
    }

    [LoggerMessage(
        2014, LogLevel.Error,
        "The journal of {Entity} ends with event {End}, before the snapshot of it at event {Sequence}: the journal is lost, or an older "
        + "copy. The snapshot counts, and what was acknowledged behind it is lost")]
    private static partial void LogAhead(ILogger logger, string entity, long end, long sequence);

    [LoggerMessage(2006, LogLevel.Error, "The snapshot of {Entity} at event {Sequence} is damaged and passed over: {Reason}")]
    private static partial void LogDamaged(ILogger logger, string entity, long sequence, string reason);
}
