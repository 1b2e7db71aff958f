using System.Data.Common;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// A commit to the journal that leaves nothing behind: whether a database answers does not tell whether its disk is full, or whether it is
/// the copy of another one and takes no writes.
/// </summary>
internal static class WriteProbe
{
    /// <summary>No entity has such an id, and no two probes have the same: they never wait for one another.</summary>
    private const string IdPrefix = "probe-";

    /// <summary>Commits once.</summary>
    /// <exception cref="DbException">The database does not take it.</exception>
    internal static async Task RunAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        DbParameter id = command.CreateParameter();
        id.ParameterName = "@id";
        id.Value = IdPrefix + Guid.NewGuid().ToString("N");
        command.Parameters.Add(id);
        command.CommandText =
            "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message) VALUES (0, false, @id, 0, '')";
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        command.CommandText = "DELETE FROM journal WHERE persistence_id = @id";
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
