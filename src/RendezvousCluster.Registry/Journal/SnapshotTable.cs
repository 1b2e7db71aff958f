using System.Data;
using System.Data.Common;
using Akka.Persistence;
using Akka.Serialization;

namespace RendezvousCluster.Registry.Journal;

/// <summary>The table of snapshots, of which the persistence plugin says what its columns hold and which row a selection means.</summary>
/// <remarks>A selection has an upper end only: that is how the plugin reads it.</remarks>
/// <param name="database">Where it is.</param>
/// <param name="isolation">Of the transactions that write.</param>
/// <param name="serialization">Makes bytes of snapshots.</param>
/// <param name="gate">Reads what stands in a row.</param>
internal sealed class SnapshotTable(
    StoreDatabase database, IsolationLevel isolation, Akka.Serialization.Serialization serialization, RowGate gate)
{
    private const string Selected = "persistence_id = @id AND sequence_number <= @sequence AND created <= @created";

    private const string LoadText =
        $"""
        SELECT sequence_number, created, snapshot, serializer_id, manifest FROM snapshot
        WHERE {Selected} ORDER BY sequence_number DESC LIMIT 1
        """;

    private const string InsertText =
        """
        INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot, manifest, serializer_id)
        VALUES (@id, @sequence, @created, @snapshot, @manifest, @serializer)
        """;

    private const string SaveText =
        $"""
        {InsertText} ON CONFLICT (persistence_id, sequence_number) DO UPDATE SET created = excluded.created, snapshot = excluded.snapshot,
        manifest = excluded.manifest, serializer_id = excluded.serializer_id
        """;

    private const string MySqlSaveText =
        $"""
        {InsertText} ON DUPLICATE KEY UPDATE created = VALUES(created), snapshot = VALUES(snapshot), manifest = VALUES(manifest),
        serializer_id = VALUES(serializer_id)
        """;

    private const string DeleteText = $"DELETE FROM snapshot WHERE {Selected}";

    private const string DeleteOneText =
        "DELETE FROM snapshot WHERE persistence_id = @id AND sequence_number = @sequence AND created <= @created";

    /// <summary>The newest snapshot of a selection; null when there is none.</summary>
    public async Task<SelectedSnapshot?> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using DbCommand command = Select(connection.NewCommand(LoadText), persistenceId, criteria);
        await using DbDataReader row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        int? serializer = row.IsDBNull(3) ? null : row.GetInt32(3);
        string manifest = row.IsDBNull(4) ? string.Empty : row.GetString(4);
        byte[] bytes = row.IsDBNull(2) ? [] : row.GetFieldValue<byte[]>(2);
        return new SelectedSnapshot(
            new SnapshotMetadata(persistenceId, row.GetInt64(0), new DateTime(row.GetInt64(1))),
            gate.Read(persistenceId, serializer, manifest, bytes));
    }

    /// <summary>Saves a snapshot, in the place of one with the same number.</summary>
    public async Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        var serializer = (SerializerWithStringManifest)serialization.FindSerializerFor(snapshot);
        byte[] bytes = serializer.ToBinary(snapshot);
        await using DbCommand command = connection
            .NewCommand(database.Dialect == StoreDialect.MySql ? MySqlSaveText : SaveText)
            .With("@id", metadata.PersistenceId)
            .With("@sequence", metadata.SequenceNr)
            .With("@created", metadata.Timestamp.Ticks)
            .With("@snapshot", DbType.Binary, bytes)
            .With("@manifest", serializer.Manifest(snapshot))
            .With("@serializer", DbType.Int32, serializer.Identifier);
        await CommitAsync(connection, command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes a snapshot.</summary>
    /// <param name="metadata">Which; one that was saved later than its time stays, if it has one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        DateTime newest = metadata.Timestamp > DateTime.MinValue ? metadata.Timestamp : DateTime.MaxValue;
        await using DbCommand command = connection.NewCommand(DeleteOneText)
            .With("@id", metadata.PersistenceId).With("@sequence", metadata.SequenceNr).With("@created", newest.Ticks);
        await CommitAsync(connection, command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes all snapshots of a selection.</summary>
    public async Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using DbCommand command = Select(connection.NewCommand(DeleteText), persistenceId, criteria);
        await CommitAsync(connection, command, cancellationToken).ConfigureAwait(false);
    }

    private static DbCommand Select(DbCommand command, string persistenceId, SnapshotSelectionCriteria criteria) => command
        .With("@id", persistenceId)
        .With("@sequence", criteria.MaxSequenceNr)
        .With("@created", criteria.MaxTimeStamp.Ticks);

    // A statement alone would run at the server's isolation, which on MySQL locks the gaps between rows.
    private async Task CommitAsync(DbConnection connection, DbCommand command, CancellationToken cancellationToken)
    {
        await using DbTransaction transaction = await connection.BeginTransactionAsync(isolation, cancellationToken).ConfigureAwait(false);
        command.Transaction = transaction;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
