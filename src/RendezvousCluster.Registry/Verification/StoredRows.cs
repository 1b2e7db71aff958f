using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using LinqToDB.Mapping;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.Verification;

/// <summary>All rows of a store, beside the persistence plugin, and what they say.</summary>
internal static class StoredRows
{
    /// <summary>The rows of all journals, each journal in order.</summary>
    internal static async IAsyncEnumerable<(string Id, long Sequence, object? Read)> EventsAsync(IRegistryStore store)
    {
        var connection = new DataConnection(store.JournalData!);
        await using (connection.ConfigureAwait(false))
        {
            IQueryable<EventRow> rows = connection.GetTable<EventRow>().OrderBy(row => row.Id).ThenBy(row => row.Sequence);
            await foreach (EventRow row in rows.AsAsyncEnumerable().ConfigureAwait(false))
            {
                yield return (row.Id, row.Sequence, row.IsMark ? null : Read(row.Serializer, row.Manifest, row.Message));
            }
        }
    }

    /// <summary>All snapshots.</summary>
    internal static async IAsyncEnumerable<(string Id, long Sequence, object Read)> SnapshotsAsync(IRegistryStore store)
    {
        var connection = new DataConnection(store.SnapshotData!);
        await using (connection.ConfigureAwait(false))
        {
            IQueryable<SnapshotRow> rows = connection.GetTable<SnapshotRow>().OrderBy(row => row.Id).ThenBy(row => row.Sequence);
            await foreach (SnapshotRow row in rows.AsAsyncEnumerable().ConfigureAwait(false))
            {
                yield return (row.Id, row.Sequence, Read(row.Serializer, row.Manifest, row.Snapshot));
            }
        }
    }

    private static object Read(int? serializer, string? manifest, byte[] bytes) =>
        serializer != RegistrySerializer.Id ? new UnreadableEvent($"Serializer {serializer} is not the registry's.")
        : MessageTable.TryFind(manifest ?? string.Empty, out MessageRow? row) && row.Recipients.Count == 0 ? row.Read(bytes)
        : new UnreadableEvent($"Manifest '{manifest}' is unknown to this version.");

    [Table("journal")]
    private sealed class EventRow
    {
        [Column("persistence_id")]
        public string Id { get; set; } = string.Empty;

        [Column("sequence_number")]
        public long Sequence { get; set; }

        [Column("deleted")]
        public bool IsMark { get; set; }

        [Column("message")]
        public byte[] Message { get; set; } = [];

        [Column("manifest")]
        public string? Manifest { get; set; }

        [Column("identifier")]
        public int? Serializer { get; set; }
    }

    [Table("snapshot")]
    private sealed class SnapshotRow
    {
        [Column("persistence_id")]
        public string Id { get; set; } = string.Empty;

        [Column("sequence_number")]
        public long Sequence { get; set; }

        [Column("snapshot")]
        public byte[] Snapshot { get; set; } = [];

        [Column("manifest")]
        public string? Manifest { get; set; }

        [Column("serializer_id")]
        public int? Serializer { get; set; }
    }
}
