using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// A SQLite file of the registry. WAL: readers and the writer do not wait for one another, and a commit is one write and one fsync of the
/// log. synchronous=FULL: that fsync happens at every commit, so what was acknowledged survives the loss of power.
/// </summary>
/// <remarks>
/// One connection stays open from the start to the end, so that the log beside the file is the same one all the time, and that it can be
/// told when it is not (<see cref="SqliteFileWatch"/>).
/// </remarks>
internal sealed class SqliteDatabase(string file) : IDisposable
{
    /// <summary>
    /// To be said to each connection: it is not kept in the file, and the default depends on how the SQLite library was compiled.
    /// </summary>
    internal const string Durability = "PRAGMA synchronous=FULL";

    /// <summary>A file in which two small statements take longer takes no writes. Far above any commit of ours.</summary>
    internal const int ProbeSeconds = 3;

    /// <summary>For how long a commit under way is waited for at the end. Far above any, and short enough for a stop.</summary>
    internal static readonly TimeSpan LastCommit = TimeSpan.FromSeconds(3);

    private readonly ConcurrentBag<SqliteTransactions> _writers = [];

    /// <summary>So many damages of a file get a line.</summary>
    private const int MostDamages = 20;

    private SqliteConnection? _kept;

    /// <summary>
    /// How to open it. Not made anew if it is missing: an empty file in the place of one that was deleted would pass for it.
    /// </summary>
    public string ConnectionString { get; } = Build(file, SqliteOpenMode.ReadWrite, pooling: true);

    /// <summary>What the last try to write failed with, in one line; null when it did not.</summary>
    public string? Trouble { get; private set; }

    /// <summary>What is at its path while it is open.</summary>
    public SqliteFileWatch Watch { get; } = new(file);

    /// <summary>Opens the file once, creating it if need be, and sets what is kept in the file itself.</summary>
    /// <exception cref="RegistryStartException">It cannot be opened, is not a database, or is damaged so that it cannot be read at
    /// all.</exception>
    public void Open()
    {
        try
        {
            _kept = new SqliteConnection(Build(file, SqliteOpenMode.ReadWriteCreate, pooling: false));
            _kept.Open();

            // Has an effect on a new file only, and only as the first statement: pages freed by compaction can then be given back.
            Execute(_kept, "PRAGMA auto_vacuum=INCREMENTAL");
            Execute(_kept, "PRAGMA journal_mode=WAL");
            Execute(_kept, "SELECT count(*) FROM sqlite_schema");
            Execute(_kept, Durability);
            Watch.Opened();
        }
        catch (SqliteException exception)
        {
            throw new RegistryStartException(Explain(exception), exception);
        }
    }

    /// <summary>Makes the tables where they are missing.</summary>
    /// <param name="tables">The statements for it.</param>
    /// <exception cref="RegistryStartException">The file does not take them.</exception>
    public void MakeTables(string tables) => Use(connection =>
    {
        using SqliteTransaction transaction = connection.BeginTransaction();
        Execute(connection, tables);
        transaction.Commit();
        return tables;
    });

    /// <summary>Uses the connection that stays open, for what nothing else waits for.</summary>
    /// <exception cref="RegistryStartException">The file cannot be used.</exception>
    public T Use<T>(Func<SqliteConnection, T> use)
    {
        try
        {
            return use(_kept ?? throw new InvalidOperationException("The file is not open."));
        }
        catch (SqliteException exception)
        {
            throw new RegistryStartException(Explain(exception), exception);
        }
    }

    /// <summary>What SQLite finds wrong with the pages of the file, a sentence each.</summary>
    public IReadOnlyList<string> FindDamage() => Use(connection =>
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"PRAGMA integrity_check({MostDamages})";
        command.CommandTimeout = 0; // as long as reading all of it takes
        using SqliteDataReader reader = command.ExecuteReader();
        List<string> found = [];
        while (reader.Read())
        {
            found.Add(reader.GetString(0));
        }

        return found is ["ok"] ? [] : found.ConvertAll(damage => $"The file '{file}' is damaged: {damage.ReplaceLineEndings(" ")}");
    });

    /// <summary>Whether the journal in it takes a write now.</summary>
    public async Task<bool> TakesWritesAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new SqliteConnection(ConnectionString) { DefaultTimeout = ProbeSeconds };
            await WriteProbe.RunAsync(connection, cancellationToken).ConfigureAwait(false);
            Trouble = null;
            return true;
        }
        catch (SqliteException exception)
        {
            Trouble = Explain(exception).ReplaceLineEndings(" ");
            return false;
        }
    }

    /// <summary>How to open a connection that commits durably.</summary>
    public StoreDatabase Database => new(() => new SqliteConnection(ConnectionString), StoreDialect.Standard, Durability);

    /// <summary>Opens what rows of journals are written with.</summary>
    public IJournalTransactions NewTransactions()
    {
        var transactions = new SqliteTransactions(this);
        _writers.Add(transactions);
        return transactions;
    }

    /// <summary>
    /// Opens a connection that commits durably. It does not come from those that wait for reuse and does not go there: closing it takes
    /// back what it has not committed.
    /// </summary>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public SqliteConnection OpenOwn()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(ConnectionString) { Pooling = false }.ToString());
        try
        {
            connection.Open();
            Execute(connection, Durability);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Closes what writes and the connections that wait for reuse, so that the log is folded into the file and the file is free.
    /// </summary>
    public void Close()
    {
        while (_writers.TryTake(out SqliteTransactions? writer))
        {
            writer.Close(LastCommit);
        }

        using var connection = new SqliteConnection(ConnectionString);
        SqliteConnection.ClearPool(connection);
        _kept?.Dispose();
        _kept = null;
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    /// <summary>How to open a file.</summary>
    internal static string Build(string file, SqliteOpenMode mode, bool pooling) =>
        new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = pooling }.ToString();

    private static void Execute(SqliteConnection connection, string statement)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteScalar();
    }

    private string Explain(SqliteException exception) => exception.SqliteErrorCode switch
    {
        13 => $"There is no room for the database file '{file}': the disk, or the quota of this user, is full.",
        8 or 14 or 23 => $"The database file '{file}' cannot be opened for writing.",
        11 or 26 => $"The file '{file}' is damaged or no database; restore it from a backup or move it away.",
        5 or 6 => $"The database file '{file}' is in use by another program.",
        _ => $"The database file '{file}' cannot be used: {exception.Message}",
    };
}
