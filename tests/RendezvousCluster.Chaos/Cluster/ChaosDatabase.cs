using RendezvousCluster.Chaos.Checking;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Chaos.Cluster;

/// <summary>What the servers' database says about them.</summary>
internal sealed class ChaosDatabase(TestPostgres server, string connectionString)
{
    // The directory's own journals stay: what a namespace announced is listed for a day longer than it can hold anything.
    private const string OfNamespaces = "persistence_id LIKE 'ns1-%'";

    /// <summary>The rows of the journal, as far as they are kept.</summary>
    public Task<IReadOnlyList<JournalRow>> JournalAsync() => JournalTable.ReadAsync(server, connectionString);

    /// <summary>What there is of namespaces.</summary>
    public async Task<IReadOnlyList<Leftover>> LeftoversAsync() =>
        [.. from row in await RowsAsync($"""
                SELECT persistence_id, sum(events), sum(snapshots) FROM (
                    SELECT persistence_id, 1 AS events, 0 AS snapshots FROM journal WHERE {OfNamespaces}
                    UNION ALL SELECT persistence_id, 0, 1 FROM snapshot WHERE {OfNamespaces}) AS both_tables
                GROUP BY persistence_id
                """)
            select new Leftover(row[0], int.Parse(row[1]), int.Parse(row[2]))];

    /// <summary>How far journals were kept short.</summary>
    public async Task<UpkeepCount> UpkeepAsync()
    {
        IReadOnlyList<string[]> first = await RowsAsync(
            $"SELECT persistence_id, min(sequence_number) FROM journal WHERE {OfNamespaces} AND NOT deleted GROUP BY persistence_id");
        IReadOnlyList<string[]> snapshots =
            await RowsAsync($"SELECT persistence_id, count(*) FROM snapshot WHERE {OfNamespaces} GROUP BY persistence_id");
        return new UpkeepCount(first.Count, snapshots.Count, first.Count(row => row[1] != "1"));
    }

    /// <summary>Ends every session on the database, and with them the locks that nodes hold.</summary>
    public Task EndSessionsAsync() => server.QueryAsync(
        connectionString,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

    // One text for all of them: the test server answers one value.
    private async Task<IReadOnlyList<string[]>> RowsAsync(string query) =>
        await server.QueryAsync(
            connectionString,
            $"SELECT string_agg(array_to_string(ARRAY(SELECT value FROM json_each_text(row_to_json(found))), ' '), E'\\n') FROM "
            + $"({query}) AS found") is string rows
            ? [.. rows.Split('\n').Select(row => row.Split(' '))]
            : [];
}
