using System.Data.Common;
using RendezvousCluster.Registry.Files;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Looks whether the tables on a database server are all there, before those that are missing are made: a table that somebody has dropped
/// would be made anew, empty, and pass for a store in which nothing was ever written.
/// </summary>
internal static class ServerTables
{
    // The states by which servers refuse a table that is not there.
    private static readonly string[] NoSuchTable = ["42P01", "42S02"];

    /// <summary>What is wrong with the tables; null when nothing is.</summary>
    /// <param name="connection">A connection, open, outside of a transaction.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    internal static async Task<TableFault?> FindFaultAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        // A second look, since another node may have made the tables between the questions of the first one.
        return await LookAsync(connection, cancellationToken).ConfigureAwait(false) is null
            ? null
            : await LookAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<TableFault?> LookAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        bool? journal = await HasRowsAsync(connection, "journal", cancellationToken).ConfigureAwait(false);
        bool? snapshots = await HasRowsAsync(connection, "snapshot", cancellationToken).ConfigureAwait(false);
        bool? store = await HasRowsAsync(connection, "registry_store", cancellationToken).ConfigureAwait(false);
        string? text = FaultOf(journal, snapshots, wasComplete: store is true);
        if (text is null)
        {
            return null;
        }

        object? held = journal is true || snapshots is true
            ? await NewestAsync(connection, journal is true ? "journal" : "snapshot", cancellationToken).ConfigureAwait(false)
            : null;
        object? id = store is true
            ? await ScalarAsync(connection, "SELECT id FROM registry_store", cancellationToken).ConfigureAwait(false)
            : null;
        return new TableFault(text, StorePair.WordFor(id, journal, snapshots, held));
    }

    /// <summary>What is wrong; null when nothing is.</summary>
    /// <param name="journal">Whether the journal has rows; null when the table is missing.</param>
    /// <param name="snapshots">The same of the snapshots.</param>
    /// <param name="wasComplete">Whether all tables were there once: the last one has its row.</param>
    internal static string? FaultOf(bool? journal, bool? snapshots, bool wasComplete) => (journal, snapshots) switch
    {
        (null, true) => "the table 'journal' is gone, and 'snapshot' is there",
        (true, null) => "the table 'snapshot' is gone, and 'journal' is there",
        (null, null) when wasComplete => "the tables 'journal' and 'snapshot' are gone",
        (null, _) when wasComplete => "the table 'journal' is gone",
        (_, null) when wasComplete => "the table 'snapshot' is gone",
        (false, true) => "the table 'journal' is empty, and 'snapshot' is not",
        _ => null,
    };

    private static async Task<bool?> HasRowsAsync(DbConnection connection, string table, CancellationToken cancellationToken)
    {
        try
        {
            return await ScalarAsync(connection, $"SELECT 1 FROM {table} LIMIT 1", cancellationToken).ConfigureAwait(false) is not null;
        }
        catch (DbException exception) when (NoSuchTable.Contains(exception.SqlState))
        {
            return null;
        }
    }

    private static Task<object?> NewestAsync(DbConnection connection, string table, CancellationToken cancellationToken) =>
        ScalarAsync(connection, $"SELECT MAX(created) FROM {table}", cancellationToken);

    private static async Task<object?> ScalarAsync(DbConnection connection, string statement, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = statement;
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is wrong with the tables.</summary>
    /// <param name="Text">In half a sentence.</param>
    /// <param name="Word">The word that accepts it.</param>
    internal sealed record TableFault(string Text, string Word);
}
