using System.Data;
using System.Data.Common;
using System.Globalization;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Deletes the first events of a journal, as the persistence plugin does: the last of them stays as a mark, so that the journal still says
/// how far it has come.
/// </summary>
/// <remarks>
/// First the mark is made, then the rows before it go, the oldest first and some at a time: nobody who writes waits for long. When that
/// ends in between, the journal begins later, as it would if less had been asked for, and the next time takes the rest.
/// </remarks>
/// <param name="database">Where it is.</param>
/// <param name="isolation">Of the transactions.</param>
internal sealed class JournalTrim(StoreDatabase database, IsolationLevel isolation)
{
    /// <summary>Numbers of rows that one transaction deletes: some milliseconds on a disk, for which other writes wait.</summary>
    internal const int RowsAtOnce = 1_000;

    // The last event of those, or a mark behind it that has been left before.
    private const string MarkText =
        """
        SELECT sequence_number FROM journal WHERE persistence_id = @id AND (sequence_number <= @to OR deleted)
        ORDER BY sequence_number DESC LIMIT 1
        """;

    private const string MakeMarkText =
        "UPDATE journal SET deleted = @true WHERE persistence_id = @id AND sequence_number = @mark";

    private const string FirstText = "SELECT MIN(sequence_number) FROM journal WHERE persistence_id = @id";

    private const string DeleteText =
        "DELETE FROM journal WHERE persistence_id = @id AND sequence_number >= @from AND sequence_number < @before";

    /// <summary>Deletes all events up to one, that one too.</summary>
    public async Task DeleteToAsync(string persistenceId, long to, CancellationToken cancellationToken)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (await NumberAsync(connection.NewCommand(MarkText).With("@id", persistenceId).With("@to", to), cancellationToken)
            .ConfigureAwait(false) is not { } mark)
        {
            return;
        }

        await ExecuteAsync(
            connection,
            command => command.With("@id", persistenceId).With("@mark", mark).With("@true", DbType.Boolean, true),
            MakeMarkText,
            cancellationToken).ConfigureAwait(false);
        long end = Math.Min(to, mark - 1) + 1;
        while (await NumberAsync(connection.NewCommand(FirstText).With("@id", persistenceId), cancellationToken).ConfigureAwait(false)
            is { } first && first < end)
        {
            long before = Math.Min(first + RowsAtOnce, end);
            await ExecuteAsync(
                connection,
                command => command.With("@id", persistenceId).With("@from", first).With("@before", before),
                DeleteText,
                cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ExecuteAsync(
        DbConnection connection, Action<DbCommand> fill, string text, CancellationToken cancellationToken)
    {
        await using DbTransaction transaction =
            await connection.BeginTransactionAsync(isolation, cancellationToken).ConfigureAwait(false);
        await using DbCommand command = connection.NewCommand(text, transaction);
        fill(command);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<long?> NumberAsync(DbCommand command, CancellationToken cancellationToken)
    {
        await using (command.ConfigureAwait(false))
        {
            object? number = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
            return number is null or DBNull ? null : Convert.ToInt64(number, CultureInfo.InvariantCulture);
        }
    }
}
