using System.Data.Common;
using Npgsql;

namespace RendezvousCluster.Testing.Databases;

/// <summary>PostgreSQL, from the Debian package of that name.</summary>
public sealed class TestPostgres : TestDatabaseServer
{
    private const string Package = "postgresql";

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

    protected override Task WriteSecretsAsync(string folder) => File.WriteAllTextAsync(PasswordFile, Password);

    private protected override Task MakeFilesAsync() => ServerProgram.RunAsync(
        Find("initdb"), "-D", Folder, "-U", User, "--pwfile", PasswordFile, "--auth=scram-sha-256", "--no-sync", "-E", "UTF8",
        "--locale=C");

    // No test here cuts the power, so nothing waits for the disk.
    private protected override Task<ServerProgram> RunAsync() => ServerProgram.StartAsync(
        Find("postgres"),
        [
            "-D", Folder, "-p", $"{Port}",
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=32MB",
        ],
        stopSignal: "INT",
        readyLine: $"database system is ready to accept {(File.Exists(StandbySignal) ? "read-only " : "")}connections");

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

    protected override DbConnection Connect(string connectionString) => new NpgsqlConnection($"{connectionString};Pooling=false");

    // Debian keeps them off the path, by version; the newest is taken.
    private static string Find(string program) => ServerProgram.Find(
        program,
        Package,
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.Parse(Path.GetFileName(folder)))
                .Select(folder => $"{folder}/bin")
            : []);
}
