using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;
using LinqToDB.Mapping;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.Tests;

/// <summary>What really stands in the tables of a store, and the damage that a test does to it.</summary>
internal sealed class StoreRows(IRegistryStore store)
{
    /// <summary>Sequence numbers of the events of an entity, or of all.</summary>
    public Task<List<long>> EventsAsync(string? id = null) =>
        OnJournalAsync(rows => rows.Where(row => (id == null || row.PersistenceId == id) && !row.Deleted).Select(row => row.Sequence)
            .OrderBy(row => row).ToListAsync());

    /// <summary>Rows of events, the marks of what is deleted among them.</summary>
    public Task<int> JournalRowsAsync() => OnJournalAsync(rows => rows.CountAsync());

    /// <summary>Where the snapshots of an entity stand, or of all.</summary>
    public Task<List<long>> SnapshotsAsync(string? id = null) =>
        OnSnapshotsAsync(
            rows => rows.Where(row => id == null || row.PersistenceId == id).Select(row => row.Sequence).OrderBy(row => row).ToListAsync());

    /// <summary>Flips a bit in the middle of a snapshot.</summary>
    public Task DamageSnapshotAsync(string id, long sequence) => OnSnapshotsAsync(async rows =>
    {
        IQueryable<SnapshotRow> row = rows.Where(row => row.PersistenceId == id && row.Sequence == sequence);
        byte[] bytes = await row.Select(found => found.Snapshot).SingleAsync();
        bytes[bytes.Length / 2] ^= 1;
        return await row.Set(found => found.Snapshot, bytes).UpdateAsync();
    });

    /// <summary>Loses a snapshot.</summary>
    public Task LoseSnapshotAsync(string id, long sequence) =>
        OnSnapshotsAsync(rows => rows.Where(row => row.PersistenceId == id && row.Sequence == sequence).DeleteAsync());

    /// <summary>Loses events, as a copy that lagged does which takes the place of its original.</summary>
    public Task LoseEventsAsync(string id, long from, long to = long.MaxValue) => OnJournalAsync(
        rows => rows.Where(row => row.PersistenceId == id && row.Sequence >= from && row.Sequence <= to).DeleteAsync());

    /// <summary>Makes an event one of another version.</summary>
    public Task SetManifestAsync(string id, long sequence, string manifest) => OnJournalAsync(rows =>
        rows.Where(row => row.PersistenceId == id && row.Sequence == sequence).Set(row => row.Manifest, manifest).UpdateAsync());

    /// <summary>Makes an event one that another serializer is to read, or none in particular.</summary>
    public Task SetSerializerAsync(string id, long sequence, int? serializer, string manifest) => OnJournalAsync(rows => rows
        .Where(row => row.PersistenceId == id && row.Sequence == sequence)
        .Set(row => row.Serializer, serializer)
        .Set(row => row.Manifest, manifest)
        .UpdateAsync());

    /// <summary>Cuts off the second half of an event.</summary>
    public Task CutEventAsync(string id, long sequence) => OnJournalAsync(async rows =>
    {
        IQueryable<EventRow> row = rows.Where(row => row.PersistenceId == id && row.Sequence == sequence);
        byte[] bytes = await row.Select(found => found.Message).SingleAsync();
        return await row.Set(found => found.Message, bytes[..(bytes.Length / 2)]).UpdateAsync();
    });

    /// <summary>How many bits an event has.</summary>
    public Task<int> CountBitsAsync(string id, long sequence) => OnJournalAsync(async rows =>
        8 * (await rows.Where(row => row.PersistenceId == id && row.Sequence == sequence).Select(row => row.Message).SingleAsync()).Length);

    /// <summary>Flips a bit of an event; a second time makes it whole again.</summary>
    public Task FlipBitAsync(string id, long sequence, int bit) => OnJournalAsync(async rows =>
    {
        IQueryable<EventRow> row = rows.Where(row => row.PersistenceId == id && row.Sequence == sequence);
        byte[] bytes = await row.Select(found => found.Message).SingleAsync();
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return await row.Set(found => found.Message, bytes).UpdateAsync();
    });

    /// <summary>Takes the checksum from an event, as versions wrote it that came before.</summary>
    public Task TakeChecksumAsync(string id, long sequence) => OnJournalAsync(async rows =>
    {
        IQueryable<EventRow> row = rows.Where(row => row.PersistenceId == id && row.Sequence == sequence);
        byte[] bytes = await row.Select(found => found.Message).SingleAsync();
        return await row.Set(found => found.Message, bytes[CheckedEvent.AddedBytes..]).UpdateAsync();
    });

    private async Task<T> OnJournalAsync<T>(Func<ITable<EventRow>, Task<T>> use)
    {
        await using var connection = store.Events!.Connect();
        return await use(connection.GetTable<EventRow>());
    }

    private async Task<T> OnSnapshotsAsync<T>(Func<ITable<SnapshotRow>, Task<T>> use)
    {
        await using var connection = store.Snapshots!.Connect();
        return await use(connection.GetTable<SnapshotRow>());
    }

    [Table("journal")]
    private sealed class EventRow
    {
        [Column("persistence_id")]
        public string PersistenceId { get; set; } = string.Empty;

        [Column("sequence_number")]
        public long Sequence { get; set; }

        [Column("deleted")]
        public bool Deleted { get; set; }

        [Column("message")]
        public byte[] Message { get; set; } = [];

        [Column("manifest")]
        public string Manifest { get; set; } = string.Empty;

        [Column("identifier")]
        public int? Serializer { get; set; }
    }

    [Table("snapshot")]
    private sealed class SnapshotRow
    {
        [Column("persistence_id")]
        public string PersistenceId { get; set; } = string.Empty;

        [Column("sequence_number")]
        public long Sequence { get; set; }

        [Column("snapshot")]
        public byte[] Snapshot { get; set; } = [];
    }
}
