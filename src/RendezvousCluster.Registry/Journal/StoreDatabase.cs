using System.Data.Common;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// A database with tables of the registry, and how a connection to it is opened. All that runs at a start, for a request or at a recovery
/// writes its statements itself: the library by which the persistence plugin puts them together costs a process more to compile than all of
/// the registry.
/// </summary>
/// <param name="create">Makes a connection, not open yet.</param>
/// <param name="dialect">What the statements differ by.</param>
/// <param name="opened">A statement that each connection runs first; null for none.</param>
internal sealed class StoreDatabase(Func<DbConnection> create, StoreDialect dialect, string? opened = null)
{
    /// <summary>What the statements differ by.</summary>
    public StoreDialect Dialect => dialect;

    /// <summary>A connection that is not open yet.</summary>
    public DbConnection NewConnection() => create();

    /// <summary>Opens a connection, or takes one that waits for reuse.</summary>
    /// <remarks>
    /// SQLite's asynchronous methods are synchronous, and who asks is an actor that others wait for: it goes on at once.
    /// </remarks>
    /// <exception cref="DbException">The database cannot be reached.</exception>
    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        DbConnection connection = NewConnection();
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (opened is not null)
            {
                await using DbCommand command = connection.NewCommand(opened);
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
