using System.Data.Common;
using MySqlConnector;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// MySQL or MariaDB. A commit is as durable as the server's <c>innodb_flush_log_at_trx_commit</c> makes it; the default, 1, is.
/// </summary>
internal sealed class MySqlServer : IDatabaseServer
{
    internal const string Example = "'Server=db.example;Database=rendezvous;User ID=rendezvous;Password=...'";

    /// <summary>
    /// A snapshot is one packet that holds it twice, to insert it or to replace the one that is there; that of a hundred thousand
    /// registrations takes 27 MB. The default of MariaDB, 16 MB, would do for writes, but not for those.
    /// </summary>
    internal const long MinPacketBytes = 64 * 1024 * 1024;

    // Names of locks hold for the whole server; another cluster in another database may wait for it a moment, which does no harm.
    private const string TablesLock = "rendezvous_tables";
    private const int LockSeconds = 30;

    // Other nodes read the table at their start, for a moment.
    private const int KeyWaitSeconds = 3;

    // Locks cannot be shared here: every member has one of these. More members than that do not matter, as long as one of those is alive.
    private const int MemberLocks = 16;

    private readonly MySqlConnectionStringBuilder _builder;

    /// <exception cref="RegistryStartException">The connection string cannot be understood.</exception>
    public MySqlServer(string connectionString)
    {
        try
        {
            _builder = new MySqlConnectionStringBuilder(connectionString);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException
            or InvalidOperationException)
        {
            throw DatabaseFailures.UnreadableConnectionString(Example);
        }

        if (string.IsNullOrEmpty(_builder.Server))
        {
            throw DatabaseFailures.MissingPart("server", Example);
        }

        if (string.IsNullOrEmpty(_builder.Database))
        {
            throw DatabaseFailures.MissingPart("database", Example);
        }

        Default("Application Name", "rendezvous");
        Default("Maximum Pool Size", ServerConnections.MaxPoolSize);
        Default("Connection Timeout", ServerConnections.ConnectSeconds);
        Default("Default Command Timeout", ServerConnections.CommandSeconds);
    }

    /// <inheritdoc/>
    public StoreDialect Dialect => StoreDialect.MySql;

    /// <summary>The server does not end a transaction that a node leaves open.</summary>
    public bool FreesRowsOfLostNodes => false;

    /// <inheritdoc/>
    public string ConfigurationFile => "mysql.conf";

    /// <inheritdoc/>
    public string ConnectionString => _builder.ConnectionString;

    /// <inheritdoc/>
    public string Place => $"MySQL database '{_builder.Database}' on {Host}";

    private string Host => $"{_builder.Server}:{_builder.Port}";

    /// <inheritdoc/>
    public DbConnection CreateConnection() => new MySqlConnection(ConnectionString);

    /// <inheritdoc/>
    public DbConnection CreateSession() => new MySqlConnection($"{ConnectionString};Pooling=false");

    /// <inheritdoc/>
    public async Task CreateTablesAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "SELECT @@max_allowed_packet";
        long packet = Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false));
        if (packet < MinPacketBytes)
        {
            throw new RegistryStartException(
                $"The database server {Host} takes packets of {packet} bytes, less than a large snapshot: set max_allowed_packet to at "
                + $"least {MinPacketBytes}.");
        }

        // Statements that create tables commit at once here, so no transaction can hold nodes apart that start together.
        command.CommandText = $"SELECT GET_LOCK('{TablesLock}', {LockSeconds})";
        await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        command.CommandText =
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = database() AND table_name IN ('journal', 'snapshot', "
            + "'registry_store')";
        if (Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false)) < 3)
        {
            command.CommandText = EmbeddedFile.Read(typeof(MySqlServer), "mysql.sql");
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await AddKeyAsync(command, cancellationToken).ConfigureAwait(false);
        command.CommandText = $"SELECT RELEASE_LOCK('{TablesLock}')";
        await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task LimitSilenceAsync(DbConnection connection, TimeSpan longestSilence, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = $"SET SESSION wait_timeout = {(int)longestSilence.TotalSeconds}";
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task EnterMemberAsync(DbConnection connection, string store, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        long got = 0;
        for (int number = 0; number < MemberLocks && got == 0; number++)
        {
            command.CommandText = $"SELECT GET_LOCK('{MemberLock(store, number)}', 0)";
            got = Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false));
        }
    }

    /// <inheritdoc/>
    public async Task<bool> TryTakeSeatAsync(DbConnection connection, string store, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandTimeout = (int)ServerStore.AnswerTimeout.TotalSeconds;
        command.CommandText = $"SELECT GET_LOCK('{SeatLock(store)}', 0)";
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is { } got and not DBNull
            && Convert.ToInt64(got) != 0;
    }

    /// <inheritdoc/>
    public async Task LeaveSeatAsync(DbConnection connection, string store, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandTimeout = (int)ServerStore.AnswerTimeout.TotalSeconds;
        command.CommandText = $"SELECT RELEASE_LOCK('{SeatLock(store)}')";
        await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<bool> HasMembersAsync(DbConnection connection, string store, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        IEnumerable<string> held =
            Enumerable.Range(0, MemberLocks).Select(number => $"IS_USED_LOCK('{MemberLock(store, number)}') IS NOT NULL");
        command.CommandText = $"SELECT {string.Join(" OR ", held)}";
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false)) != 0;
    }

    /// <inheritdoc/>
    public async Task<int> CountMembersAsync(DbConnection connection, string store, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        IEnumerable<string> held = Enumerable.Range(0, MemberLocks).Select(
            number => $"(IS_USED_LOCK('{MemberLock(store, number)}') IS NOT NULL)");
        command.CommandTimeout = (int)ServerStore.AnswerTimeout.TotalSeconds;
        command.CommandText = $"SELECT {string.Join(" + ", held)}";
        return Convert.ToInt32(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public string Explain(Exception exception) => exception switch
    {
        MySqlException { ErrorCode: MySqlErrorCode.UnknownDatabase } => $"There is no database '{_builder.Database}' on {Host}; create it.",
        MySqlException { ErrorCode: MySqlErrorCode.DatabaseAccessDenied or MySqlErrorCode.TableAccessDenied
            or MySqlErrorCode.ColumnAccessDenied } =>
            $"User '{_builder.UserID}' may not create or use the tables in the {Place}.",
        MySqlException { ErrorCode: MySqlErrorCode.AccessDenied or MySqlErrorCode.HostNotPrivileged } =>
            $"The database server {Host} does not let user '{_builder.UserID}' in: wrong password, unknown user, or not allowed from here.",
        MySqlException { ErrorCode: MySqlErrorCode.ConnectionCountError or MySqlErrorCode.TooManyUserConnections } =>
            $"The database server {Host} is at capacity: its connections, or those that user '{_builder.UserID}' may have, are all in use.",
        MySqlException { ErrorCode: MySqlErrorCode.OptionPreventsStatement } refusal
            when refusal.Message.Contains("read-only", StringComparison.Ordinal)
                || refusal.Message.Contains("read_only", StringComparison.Ordinal) =>
            $"The {Place} is read-only: it is a replica of another server, or read_only is on.",
        MySqlException { ErrorCode: MySqlErrorCode.DiskFull or MySqlErrorCode.RecordFileFull } =>
            $"The disk of the database server {Host} is full.",
        MySqlException { ErrorCode: MySqlErrorCode.UnableToConnectToHost } =>
            $"The database server {Host} cannot be reached: {DatabaseFailures.OnTheWay(exception) ?? "nothing accepts connections there"}.",
        _ when DatabaseFailures.OnTheWay(exception) is { } reason => $"The database server {Host} cannot be reached: {reason}.",
        _ => $"The {Place} cannot be used: {exception.Message}",
    };

    /// <inheritdoc/>
    public void ClearPool()
    {
        using var connection = new MySqlConnection(ConnectionString);
        MySqlConnection.ClearPool(connection);
    }

    // At most 64 characters.
    private static string MemberLock(string store, int number) => $"rendezvous_{store}_{number}";

    private static string SeatLock(string store) => $"rendezvous_{store}_seat";

    // Earlier versions made the table without one, which servers with sql_require_primary_key, innodb_force_primary_key or group
    // replication do not take. A user that may not change it, or has to wait for another one, works on without: where it stands it works.
    private static async Task AddKeyAsync(DbCommand command, CancellationToken cancellationToken)
    {
        command.CommandText =
            """
            SELECT count(*) FROM information_schema.table_constraints
            WHERE table_schema = database() AND table_name = 'registry_store' AND constraint_type = 'PRIMARY KEY'
            """;
        if (Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false)) > 0)
        {
            return;
        }

        try
        {
            command.CommandText = $"SET SESSION lock_wait_timeout = {KeyWaitSeconds}; ALTER TABLE registry_store ADD PRIMARY KEY (id)";
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MySqlException)
        {
            return; // what it lacks, the operator's tools tell
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
