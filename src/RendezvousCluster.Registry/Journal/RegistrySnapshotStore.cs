using System.Data;
using System.Data.Common;
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
/// Whether there is one at all it asks by itself: most journals are short, and anyone can ask for names that nobody knows.
/// </summary>
internal sealed partial class RegistrySnapshotStore(Config snapshotConfig) : SqlSnapshotStore(snapshotConfig)
{
    // The plugin makes this actor, so what it needs comes with the actor system.
    private readonly ILogger _logger =
        Context.System.Settings.Setup.Get<LoggerFactorySetup>() is { HasValue: true, Value: var setup }
            ? setup.LoggerFactory.CreateLogger<RegistrySnapshotStore>()
            : NullLogger.Instance;

    private readonly DataOptions? _data =
        Context.System.Settings.Setup.Get<JournalDataSetup>() is { HasValue: true, Value: var data } ? data.Snapshots : null;

    /// <inheritdoc/>
    protected override async Task<SelectedSnapshot?> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        if (_data is not null && !await HasAnyAsync(_data, persistenceId, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        while (await base.LoadAsync(persistenceId, criteria, cancellationToken).ConfigureAwait(false) is { } selected)
        {
            if (selected.Snapshot is not UnreadableSnapshot unreadable)
            {
                return selected;
            }

            LogDamaged(_logger, persistenceId, selected.Metadata.SequenceNr, unreadable.Reason);
            criteria = new SnapshotSelectionCriteria(
                selected.Metadata.SequenceNr - 1, criteria.MaxTimeStamp, criteria.MinSequenceNr, criteria.MinTimestamp);
        }

        return null;
    }

    private static async Task<bool> HasAnyAsync(DataOptions data, string persistenceId, CancellationToken cancellationToken)
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
            command.CommandText = "SELECT 1 FROM snapshot WHERE persistence_id = @id LIMIT 1";
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not null;
        }
    }

    [LoggerMessage(2006, LogLevel.Error, "The snapshot of {Entity} at event {Sequence} is damaged and passed over: {Reason}")]
    private static partial void LogDamaged(ILogger logger, string entity, long sequence, string reason);
}
