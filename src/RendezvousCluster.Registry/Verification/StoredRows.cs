using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.Verification;

/// <summary>All rows of a store, beside the persistence plugin, and what they say.</summary>
internal static class StoredRows
{
    private const string EventsText =
        """
        SELECT persistence_id, sequence_number, identifier, manifest, message, deleted FROM journal
        ORDER BY persistence_id, sequence_number
        """;

    private const string SnapshotsText =
        """
        SELECT persistence_id, sequence_number, serializer_id, manifest, snapshot FROM snapshot
        ORDER BY persistence_id, sequence_number
        """;

    /// <summary>The rows of all journals, each journal in order; null stands for the mark of something deleted.</summary>
    internal static async IAsyncEnumerable<(string Id, long Sequence, object? Read)> EventsAsync(
        StoreDatabase events, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using DbConnection connection = await events.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using DbCommand command = connection.NewCommand(EventsText);
        await using DbDataReader row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            bool isMark = Convert.ToBoolean(row.GetValue(5), CultureInfo.InvariantCulture);
            yield return (row.GetString(0), row.GetInt64(1), isMark ? null : Read(row));
        }
    }

    /// <summary>All snapshots.</summary>
    internal static async IAsyncEnumerable<(string Id, long Sequence, object Read)> SnapshotsAsync(
        StoreDatabase snapshots, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using DbConnection connection = await snapshots.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using DbCommand command = connection.NewCommand(SnapshotsText);
        await using DbDataReader row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return (row.GetString(0), row.GetInt64(1), Read(row));
        }
    }

    // The third to the fifth column.
    private static object Read(DbDataReader row)
    {
        int? serializer = row.IsDBNull(2) ? null : row.GetInt32(2);
        string manifest = row.IsDBNull(3) ? string.Empty : row.GetString(3);
        return serializer != RegistrySerializer.Id ? new UnreadableEvent($"Serializer {serializer} is not the registry's.")
            : MessageTable.TryFind(manifest, out MessageRow? found) && found.Recipients.Count == 0
                ? found.Read(row.IsDBNull(4) ? [] : row.GetFieldValue<byte[]>(4))
            : new UnreadableEvent($"Manifest '{manifest}' is unknown to this version.");
    }
}
