using System.Data.Common;
using System.Net.Sockets;
using Akka.Configuration;
using LinqToDB;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// One database on a server that all nodes reach. The tables are made here and not by the persistence plugin: its statements are not safe
/// against nodes that start together, do not run on MariaDB, and a plugin that failed to make its tables stays down.
/// </summary>
internal sealed class ServerStore(IDatabaseServer server) : IRegistryStore
{
    /// <summary>
    /// A server that does not say a word for this long is not there, and one in which two small statements take longer takes no writes: far
    /// above any commit of ours.
    /// </summary>
    internal static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    public bool FreesRowsOfLostNodes => server.FreesRowsOfLostNodes;

    /// <inheritdoc/>
    public string Identity { get; private set; } = string.Empty;

    /// <inheritdoc/>
    public string? Place => server.Place;

    /// <inheritdoc/>
    public string? Trouble { get; private set; }

    /// <inheritdoc/>
    public Config Configuration => EmbeddedFile.ReadConfiguration(typeof(ServerStore), server.ConfigurationFile);

    /// <inheritdoc/>
    public DataOptions JournalData => new DataOptions().UseConnectionString(server.Provider, server.ConnectionString);

    /// <inheritdoc/>
    public DataOptions SnapshotData => JournalData;

    /// <inheritdoc/>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using DbConnection connection = server.CreateConnection();
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await server.CreateTablesAsync(connection, cancellationToken).ConfigureAwait(false);
            await using DbCommand command = connection.CreateCommand();
            command.CommandText = "SELECT id FROM registry_store";
            Identity = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string
                ?? throw new RegistryStartException(
                    $"The table 'registry_store' in the {server.Place} is empty; its one row comes with the statements that make the "
                    + "tables.");
        }
        catch (Exception exception) when (IsOfServer(exception))
        {
            throw new RegistryStartException(server.Explain(exception), exception);
        }
    }

    /// <inheritdoc/>
    public IDatabaseServer? Server => server;

    /// <inheritdoc/>
    public Task<bool> AnswersAsync(CancellationToken cancellationToken) => TryAsync(
        async (connection, limited) =>
        {
            await connection.OpenAsync(limited).ConfigureAwait(false);
            await using DbCommand command = connection.CreateCommand();
            command.CommandText = "SELECT 1 FROM journal WHERE 1 = 0";
            await command.ExecuteScalarAsync(limited).ConfigureAwait(false);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> TakesWritesAsync(CancellationToken cancellationToken) => TryAsync(WriteProbe.RunAsync, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => server.ClearPool();

    private async Task<bool> TryAsync(Func<DbConnection, CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        var limit = new CancellationTokenSource();
        Task asking = AskAsync(ask, limit.Token);
        try
        {
            await asking.WaitAsync(AnswerTimeout, cancellationToken).ConfigureAwait(false);
            Trouble = null;
            return true;
        }
        catch (Exception exception) when (IsOfServer(exception) || exception is OperationCanceledException)
        {
            // A cancelled question says nothing about the server, above all not that it is away.
            cancellationToken.ThrowIfCancellationRequested();
            Trouble = (asking.IsFaulted ? server.Explain(exception) : $"It did not answer within {AnswerTimeout.TotalSeconds:0} s.")
                .ReplaceLineEndings(" ");
            return false;
        }
        finally
        {
            GiveUp(asking, limit);
        }
    }

    // A driver whose command is cancelled tells the server first, and blocks the cancelling thread until the server answers: for seconds,
    // if the way there is cut. Of the threads that all share there may be two, and heartbeats wait for them.
    private static void GiveUp(Task asking, CancellationTokenSource limit)
    {
        if (asking.IsCompleted)
        {
            limit.Dispose();
        }
        else
        {
            new Thread(() =>
            {
                limit.Cancel();
                limit.Dispose();
            }) { IsBackground = true, Name = "giving up a look at the database" }.Start();
        }
    }

    private async Task AskAsync(Func<DbConnection, CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        await using DbConnection connection = server.CreateConnection();
        await ask(connection, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsOfServer(Exception exception) => exception is DbException or SocketException or TimeoutException or IOException;
}
