using System.Data.Common;
using Npgsql;

namespace RendezvousCluster.Testing.Databases;

/// <summary>PostgreSQL, from the Debian package of that name.</summary>
public sealed class TestPostgres : TestDatabaseServer
{
    private const string Package = "postgresql";

    private int _copies;

    protected override string MaintenanceDatabase => "postgres";

    private string StandbySignal => Path.Combine(Folder, "standby.signal");

    private string PasswordFile => Path.Combine(Path.GetDirectoryName(Folder)!, "password");

    public override string ConnectionString(
        string database, string user = User, string password = Password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = user,
        Password = password,
    }.ConnectionString;

    public override string WithoutTimeLimits(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Timeout = (int)TestTimeouts.Default.TotalSeconds,
        CommandTimeout = (int)TestTimeouts.Default.TotalSeconds,
        Options = "-c idle_in_transaction_session_timeout=0",
    }.ConnectionString;

    /// <summary>Makes a copy of all databases as they are now.</summary>
    /// <returns>Its folder.</returns>
    public async Task<string> CopyAsync()
    {
        string copy = $"{Folder}-{Interlocked.Increment(ref _copies)}";
        await ServerProgram.RunAsync(
            Find("pg_basebackup"), "-d", $"host=127.0.0.1 port={Port} user={User} password='{Password}'", "-D", copy, "-c", "fast", "-R",
            "--no-sync");
        return copy;
    }

    /// <summary>Makes a copy that follows the server as a standby for a while, and then no more.</summary>
    /// <returns>Its folder.</returns>
    public async Task<string> CopyAsync(Func<Task> whileItFollows)
    {
        string copy = await CopyAsync();
        await using ServerProgram standby = await RunAsync(copy, TestPorts.Take(), "started streaming WAL from primary");
        await whileItFollows();
        return copy;
    }

    /// <summary>
    /// Starts a copy in the place of the server, which has ended, at the same address. The copy becomes a primary with a timeline of its
    /// own, as a standby that is promoted and a server that is restored do.
    /// </summary>
    public async Task ReplaceByAsync(string copy)
    {
        Directory.Delete(Folder, recursive: true);
        Directory.Move(copy, Folder);
        File.Delete(StandbySignal);
        string signal = Path.Combine(Folder, "recovery.signal");
        await File.WriteAllTextAsync(signal, string.Empty);
        await ServerProgram.GiveAsync(signal);
        await File.AppendAllTextAsync(Path.Combine(Folder, "postgresql.auto.conf"), "restore_command = 'false'\n");
        await StartAsync();
    }

    protected override Task WriteSecretsAsync(string folder) => File.WriteAllTextAsync(PasswordFile, Password);

    private protected override Task MakeFilesAsync() => ServerProgram.RunAsync(
        Find("initdb"), "-D", Folder, "-U", User, "--pwfile", PasswordFile, "--auth=scram-sha-256", "--no-sync", "-E", "UTF8",
        "--locale=C");

    private protected override Task<ServerProgram> RunAsync() => RunAsync(
        Folder, Port, $"database system is ready to accept {(File.Exists(StandbySignal) ? "read-only " : "")}connections");

    protected override DbConnection Connect(string connectionString) => new NpgsqlConnection($"{connectionString};Pooling=false");

    // No test here cuts the power, so nothing waits for the disk.
    private static Task<ServerProgram> RunAsync(string folder, int port, string readyLine) => ServerProgram.StartAsync(
        Find("postgres"),
        [
            "-D", folder, "-p", $"{port}",
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=32MB",
        ],
        stopSignal: "INT",
        readyLine);

    /// <summary>Kills it and starts it as a standby of a server that it never hears of.</summary>
    public async Task BecomeStandbyAsync()
    {
        await KillAsync();
        await File.WriteAllTextAsync(StandbySignal, string.Empty);
        await ServerProgram.GiveAsync(StandbySignal);
        await StartAsync();
    }

    /// <summary>Makes a standby a server of its own.</summary>
    public Task PromoteAsync() => ExecuteAsync(ConnectionString(MaintenanceDatabase), "SELECT pg_promote()");

    // Debian keeps them off the path, by version; the newest is taken.
    private static string Find(string program) => ServerProgram.Find(
        program,
        Package,
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.Parse(Path.GetFileName(folder)))
                .Select(folder => $"{folder}/bin")
            : []);
}
