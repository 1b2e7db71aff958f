using System.Data.Common;
using System.Net.Sockets;
using Akka.Configuration;
using RendezvousCluster.Registry.Files;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// One database on a server that all nodes reach. The tables are made here and not by the persistence plugin: its statements are not safe
/// against nodes that start together, do not run on MariaDB, and a plugin that failed to make its tables stays down.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="acceptedLoss">The word by which an operator accepts that tables are missing; null for none.</param>
internal sealed class ServerStore(IDatabaseServer server, string? acceptedLoss = null) : IRegistryStore
{
    /// <summary>
    /// A server that does not say a word for this long is not there, and one in which two small statements take longer takes no writes: far
    /// above any commit of ours.
    /// </summary>
    internal static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    // A right that is missing, on PostgreSQL.
    private const string NotAllowed = "42501";

    // Apart: a server that is read-only answers every question all the same.
    private volatile string? _silence;
    private volatile string? _refusal;

    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    public bool FreesRowsOfLostNodes => server.FreesRowsOfLostNodes;

    /// <inheritdoc/>
    public string Identity { get; private set; } = string.Empty;

    /// <inheritdoc/>
    public string? Place => server.Place;

    /// <inheritdoc/>
    public string? Trouble => _silence ?? _refusal;

    /// <inheritdoc/>
    public StoreInstance? Instance { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Remarks { get; private set; } = [];

    /// <inheritdoc/>
    public Config Configuration => EmbeddedFile.ReadConfiguration(typeof(ServerStore), server.ConfigurationFile);

    /// <inheritdoc/>
    public StoreDatabase Events { get; } = new(server.CreateConnection, server.Dialect);

    /// <inheritdoc/>
    public StoreDatabase Snapshots => Events;

    /// <inheritdoc/>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using DbConnection connection = server.CreateConnection();
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await CompareTablesAsync(connection, cancellationToken).ConfigureAwait(false);
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
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        _silence = await TryAsync(AnswerAsync, cancellationToken).ConfigureAwait(false);
        return _silence is null;
    }

    /// <inheritdoc/>
    public async Task<bool> TakesWritesAsync(CancellationToken cancellationToken)
    {
        _refusal = await TryAsync(WriteProbe.RunAsync, cancellationToken).ConfigureAwait(false);
        return _refusal is null;
    }

    /// <inheritdoc/>
    public void Dispose() => server.ClearPool();

    private async Task AnswerAsync(DbConnection connection, CancellationToken limited)
    {
        await connection.OpenAsync(limited).ConfigureAwait(false);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM journal WHERE 1 = 0";
        await command.ExecuteScalarAsync(limited).ConfigureAwait(false);
        await LookWhoAnswersAsync(command, limited).ConfigureAwait(false);
    }

    private async Task LookWhoAnswersAsync(DbCommand command, CancellationToken cancellationToken)
    {
        if (server.InstanceQuery is not { } query)
        {
            return;
        }

        command.CommandText = query;
        try
        {
            await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            if (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                Instance = new StoreInstance(reader.GetString(0), reader.GetString(1));
            }
        }
        catch (DbException exception) when (exception.SqlState is NotAllowed)
        {
            return; // an operator may have taken the right to ask from our user
        }
    }

    private async Task CompareTablesAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (await ServerTables.FindFaultAsync(connection, cancellationToken).ConfigureAwait(false) is not { } fault)
        {
            return;
        }

        if (acceptedLoss != fault.Word)
        {
            throw new RegistryStartException(StorePair.Refusal(server.Place, fault.Text, fault.Word));
        }

        Remarks = [$"The registry's data in the {server.Place} is not whole, as accepted: {fault.Text}."];
    }

    // Answers the reason why it failed; null when it did not.
    private async Task<string?> TryAsync(Func<DbConnection, CancellationToken, Task> ask, CancellationToken cancellationToken)
    {
        var limit = new CancellationTokenSource();
        Task asking = AskAsync(ask, limit.Token);
        try
        {
            await asking.WaitAsync(AnswerTimeout, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception) when (IsOfServer(exception) || exception is OperationCanceledException)
        {
            // A cancelled question says nothing about the server, above all not that it is away.
            cancellationToken.ThrowIfCancellationRequested();
            return (asking.IsFaulted ? server.Explain(exception) : $"It did not answer within {AnswerTimeout.TotalSeconds:0} s.")
                .ReplaceLineEndings(" ");
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
