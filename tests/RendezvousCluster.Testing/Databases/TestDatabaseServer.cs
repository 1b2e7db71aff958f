using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace RendezvousCluster.Testing.Databases;

/// <summary>
/// A real database server for tests, in a folder of its own and on a free port of loopback; nothing of the machine's is used or left
/// behind. Collections of tests share one, and every test makes databases of its own in it.
/// </summary>
public abstract class TestDatabaseServer : IAsyncLifetime
{
    /// <summary>The user whom tests connect as.</summary>
    public const string User = "tester";

    /// <summary>Her password.</summary>
    public const string Password = "open;sesame=1";

    private readonly string _folder = Directory.CreateTempSubdirectory("rendezvous-db-").FullName;
    private ServerProgram? _program;
    private int _databases;

    /// <summary>Where it listens; the same after a restart.</summary>
    public int Port { get; private set; }

    /// <summary>The folder of its files.</summary>
    protected string Folder => Path.Combine(_folder, "data");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await WriteSecretsAsync(_folder);
        await ServerProgram.GiveAsync(_folder);
        await MakeFilesAsync();
        Port = FreePort();
        await StartAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Makes an empty database, and answers how to connect to it.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        string name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync(ConnectionString(MaintenanceDatabase), $"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Runs statements.</summary>
    public async Task ExecuteAsync(string connectionString, string statements)
    {
        await using DbConnection connection = await OpenAsync(connectionString);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = statements;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of the first row.</summary>
    public async Task<object?> QueryAsync(string connectionString, string query)
    {
        await using DbConnection connection = await OpenAsync(connectionString);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = query;
        return await command.ExecuteScalarAsync();
    }

    /// <summary>How to connect to a database, as someone.</summary>
    public abstract string ConnectionString(string database, string user = User, string password = Password);

    /// <summary>
    /// The same connection without the limits of time that a node sets: for tests of something else, which a stall of the machine must not
    /// fail. A node asks again after a write that a limit ended; a test that talks to one entity does not.
    /// </summary>
    public abstract string WithoutTimeLimits(string connectionString);

    /// <summary>Starts it again after <see cref="StopAsync"/> or <see cref="KillAsync"/>, on the same port.</summary>
    public async Task StartAsync() => _program = await RunAsync();

    /// <summary>Stops it in order: it tells its connections.</summary>
    public async Task StopAsync()
    {
        if (_program is not null)
        {
            await _program.DisposeAsync();
            _program = null;
        }
    }

    /// <summary>kill -9</summary>
    public async Task KillAsync()
    {
        await _program!.KillAsync();
        await StopAsync();
    }

    /// <summary>SIGSTOP: all of it stands still, connections stay open, until <see cref="Continue"/>.</summary>
    public void Pause() => _program!.Pause();

    /// <summary>SIGCONT: it goes on.</summary>
    public void Continue() => _program!.Continue();

    /// <summary>A database that is always there.</summary>
    protected abstract string MaintenanceDatabase { get; }

    /// <summary>Writes what the server reads when it makes its files.</summary>
    protected abstract Task WriteSecretsAsync(string folder);

    private protected abstract Task MakeFilesAsync();

    private protected abstract Task<ServerProgram> RunAsync();

    /// <summary>A connection, not open yet and not pooled.</summary>
    protected abstract DbConnection Connect(string connectionString);

    private async Task<DbConnection> OpenAsync(string connectionString)
    {
        DbConnection connection = Connect(connectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>A port of loopback that nobody listens on now, and that is not handed out again soon.</summary>
    public static int FreePort() => TestPorts.Take();
}
