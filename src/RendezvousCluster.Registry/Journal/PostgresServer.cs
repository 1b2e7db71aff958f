using System.Data.Common;
using Npgsql;

namespace RendezvousCluster.Registry.Journal;

/// <summary>PostgreSQL. A commit is as durable as the server's <c>synchronous_commit</c> makes it; the default is.</summary>
internal sealed class PostgresServer : IDatabaseServer
{
    internal const string Example = "'Host=db.example;Database=rendezvous;Username=rendezvous;Password=...'";

    // Any numbers will do, if they are the same on every node. They hold for one database.
    private const long TablesLock = 0x52656e64657a76;
    private const long MembersLock = 0x52656e64657a77;
    private const long SeatLock = 0x52656e64657a78;

    // So many unanswered probes, this far apart in seconds, end a session.
    private const int Probes = 3;
    private const int ProbeSeconds = 2;

    // Other nodes read the table at their start, for a moment.
    private const int KeyWaitSeconds = 3;

    /// <summary>
    /// A transaction whose node does not say how it goes on is rolled back by the server after this. Else one that was open when the way
    /// there was cut, or when the node was stopped, holds its rows for as long as that lasts, and the next owner of those namespaces waits
    /// for it. Shards leave such a node later (<see cref="Outages.StoreReports.BelievedAfter"/>, and the time to notice); a commit follows
    /// its rows within one round trip.
    /// </summary>
    internal static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The same for the transaction that makes the tables. Nobody waits for it but nodes that start too, and a machine that starts many
    /// things at once may let this one lie for seconds.
    /// </summary>
    internal static readonly TimeSpan LongestPauseOfTables = TimeSpan.FromSeconds(60);

    private readonly NpgsqlConnectionStringBuilder _builder;

    /// <exception cref="RegistryStartException">The connection string cannot be understood.</exception>
    public PostgresServer(string connectionString)
    {
        try
        {
            _builder = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            throw DatabaseFailures.UnreadableConnectionString(Example);
        }

        if (string.IsNullOrEmpty(_builder.Host))
        {
            throw DatabaseFailures.MissingPart("host", Example);
        }

        if (string.IsNullOrEmpty(_builder.Database))
        {
            throw DatabaseFailures.MissingPart("database", Example);
        }

        Default("Application Name", "rendezvous");
        Default("Maximum Pool Size", ServerConnections.MaxPoolSize);
        Default("Timeout", ServerConnections.ConnectSeconds);
        Default("Command Timeout", ServerConnections.CommandSeconds);
        Default("Options", $"-c idle_in_transaction_session_timeout={LongestPause.TotalMilliseconds}");
    }

    /// <summary>The server ends a transaction that a node leaves open: see <see cref="LongestPause"/>.</summary>
    public bool FreesRowsOfLostNodes => true;

    /// <inheritdoc/>
    public string ConfigurationFile => "postgres.conf";

    /// <inheritdoc/>
    public string ConnectionString => _builder.ConnectionString;

    /// <inheritdoc/>
    public string Place => $"PostgreSQL database '{_builder.Database}' on {Host}";

    private string Host => _builder.Host!.Contains(':', StringComparison.Ordinal) ? _builder.Host : $"{_builder.Host}:{_builder.Port}";

    /// <inheritdoc/>
    public DbConnection CreateConnection() => new NpgsqlConnection(ConnectionString);

    /// <inheritdoc/>
    public DbConnection CreateSession() => new NpgsqlConnection($"{ConnectionString};Pooling=false");

    /// <inheritdoc/>
    public async Task CreateTablesAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText =
            $"SET LOCAL idle_in_transaction_session_timeout = {LongestPauseOfTables.TotalMilliseconds}; "
            + $"SELECT pg_advisory_xact_lock({TablesLock})";
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        command.CommandText = "SELECT count(to_regclass(name)) = 3 FROM unnest(ARRAY['journal', 'snapshot', 'registry_store']) AS name";
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
        {
            command.CommandText = EmbeddedFile.Read(typeof(PostgresServer), "postgres.sql");
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await AddKeyAsync(command, transaction, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task LimitSilenceAsync(DbConnection connection, TimeSpan longestSilence, CancellationToken cancellationToken)
    {
        // Keepalives find a machine that is gone. Those of a process that stands still are answered by its kernel; its silence is known to
        // version 14 and later.
        await using DbCommand command = connection.CreateCommand();
        command.CommandText =
            $"""
            SET tcp_keepalives_idle = {(int)longestSilence.TotalSeconds - (Probes * ProbeSeconds)};
            SET tcp_keepalives_interval = {ProbeSeconds};
            SET tcp_keepalives_count = {Probes};
            SELECT CASE WHEN current_setting('server_version_num')::int >= 140000
                THEN set_config('idle_session_timeout', '{longestSilence.TotalMilliseconds}', false) END
            """;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task EnterMemberAsync(DbConnection connection, string store, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT pg_advisory_lock_shared({MembersLock})";
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> TryTakeSeatAsync(DbConnection connection, string store, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandTimeout = (int)ServerStore.AnswerTimeout.TotalSeconds;
        command.CommandText = $"SELECT pg_try_advisory_lock({SeatLock})";
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    /// <inheritdoc/>
    public async Task LeaveSeatAsync(DbConnection connection, string store, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandTimeout = (int)ServerStore.AnswerTimeout.TotalSeconds;
        command.CommandText = $"SELECT pg_advisory_unlock({SeatLock})";
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> HasMembersAsync(DbConnection connection, string store, CancellationToken cancellationToken)
    {
        // If this node could have the lock alone, no member is there; the end of the statement releases it.
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT pg_try_advisory_xact_lock({MembersLock})";
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is false;
    }

    /// <inheritdoc/>
    public async Task<int> CountMembersAsync(DbConnection connection, string store, CancellationToken cancellationToken)
    {
        // A lock with a number of 64 bits shows its halves, and 1 for that.
        await using DbCommand command = connection.CreateCommand();
        command.CommandTimeout = (int)ServerStore.AnswerTimeout.TotalSeconds;
        command.CommandText =
            $"""
            SELECT count(*)::int FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND mode = 'ShareLock' AND objsubid = 1
              AND classid::bigint = {MembersLock >> 32} AND objid::bigint = {MembersLock & uint.MaxValue}
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """;
        return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The name of a file of the log begins with the timeline; a standby writes none.</summary>
    public string InstanceQuery =>
        """
        SELECT system_identifier::text, ltrim(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), '0')
        FROM pg_control_system() WHERE NOT pg_is_in_recovery()
        """;

    /// <inheritdoc/>
    public string Explain(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
            $"The database server {Host} does not let user '{_builder.Username}' in: wrong password, unknown user, or not allowed from "
            + "here.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
            $"There is no database '{_builder.Database}' on {Host}; create it.",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
            $"User '{_builder.Username}' may not create or use the tables in the {Place}.",
        PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow } => $"The database server {Host} is starting or stopping.",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } =>
            $"The database server {Host} is at capacity: its connections, or those that user '{_builder.Username}' may have, are all in "
            + "use.",
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } =>
            $"The {Place} is read-only: it is a standby of another server, or default_transaction_read_only is on.",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => $"The disk of the database server {Host} is full.",
        PostgresException refusal => $"The {Place} cannot be used: {refusal.MessageText}",
        _ when DatabaseFailures.OnTheWay(exception) is { } reason => $"The database server {Host} cannot be reached: {reason}.",
        _ => $"The {Place} cannot be used: {exception.Message}",
    };

    /// <inheritdoc/>
    public void ClearPool()
    {
        using var connection = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(connection);
    }

    // Earlier versions made the table without one. A user that may not change it, or has to wait for another one, works on without: nothing
    // of ours needs the key, only servers that demand one of every table.
    private static async Task AddKeyAsync(DbCommand command, DbTransaction transaction, CancellationToken cancellationToken)
    {
        command.CommandText = "SELECT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'registry_store'::regclass AND contype = 'p')";
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true)
        {
            return;
        }

        const string Before = "before_key";
        await transaction.SaveAsync(Before, cancellationToken).ConfigureAwait(false);
        try
        {
            command.CommandText = $"SET LOCAL lock_timeout = '{KeyWaitSeconds}s'; ALTER TABLE registry_store ADD PRIMARY KEY (id)";
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException)
        {
            await transaction.RollbackAsync(Before, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Default(string key, object value)
    {
        if (!_builder.ShouldSerialize(key))
        {
            _builder[key] = value;
        }
    }
}
