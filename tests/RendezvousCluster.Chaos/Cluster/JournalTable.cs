using RendezvousCluster.Chaos.Checking;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Chaos.Cluster;

/// <summary>The journal's rows as they stand in PostgreSQL.</summary>
internal static class JournalTable
{
    // The manifests of the events that owners begin with: see docs/internals/formats.md.
    private const string NamespaceOpened = "eo";
    private const string DirectoryOpened = "do";
    private const string Mark = "";

    /// <summary>
    /// All rows, as far as they are kept. The marks by which an owner takes the numbers of rows that are lost begin an owner too: the fence
    /// of the one that wrote them may be among those rows.
    /// </summary>
    public static async Task<IReadOnlyList<JournalRow>> ReadAsync(
        TestPostgres server, string connectionString) => (string?)await server.QueryAsync(
        connectionString,
        "SELECT string_agg(persistence_id || ' ' || sequence_number || ' ' || writer_uuid || ' ' || manifest, E'\\n') FROM journal WHERE "
        + $"NOT deleted OR manifest = '{Mark}'") is { } rows
        ? [.. rows.Split('\n').Select(row => row.Split(' '))
            .Select(row => new JournalRow(row[0], long.Parse(row[1]), row[2], row[3] is NamespaceOpened or DirectoryOpened or Mark))]
        : [];
}
