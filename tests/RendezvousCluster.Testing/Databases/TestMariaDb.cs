using System.Data.Common;
using MySqlConnector;

namespace RendezvousCluster.Testing.Databases;

/// <summary>MariaDB, from Debian's packages of the bare server.</summary>
public sealed class TestMariaDb : TestDatabaseServer
{
    private const string Package = "mariadb-server-core mariadb-client-core";

    protected override string MaintenanceDatabase => "mysql";

    private string FirstStatements => Path.Combine(Path.GetDirectoryName(Folder)!, "first.sql");

    // In the machine's, servers get into one another's way.
    private string TemporaryFolder => Path.GetDirectoryName(Folder)!;

    public override string ConnectionString(
        string database, string user = User, string password = Password) => new MySqlConnectionStringBuilder
    {
        Server = "127.0.0.1",
        Port = (uint)Port,
        Database = database,
        UserID = user,
        Password = password,
    }.ConnectionString;

    public override string WithoutTimeLimits(string connectionString) => new MySqlConnectionStringBuilder(connectionString)
    {
        ConnectionTimeout = (uint)TestTimeouts.Default.TotalSeconds,
        DefaultCommandTimeout = (uint)TestTimeouts.Default.TotalSeconds,
    }.ConnectionString;

    protected override Task WriteSecretsAsync(string folder) => File.WriteAllTextAsync(
        FirstStatements,
        $"""
        CREATE USER IF NOT EXISTS {User}@'127.0.0.1' IDENTIFIED BY '{Password}';
        GRANT ALL ON *.* TO {User}@'127.0.0.1' WITH GRANT OPTION;

        """);

    private protected override Task MakeFilesAsync() => ServerProgram.RunAsync(
        ServerProgram.Find("mariadb-install-db", Package),
        "--no-defaults", $"--datadir={Folder}", $"--tmpdir={TemporaryFolder}", "--auth-root-authentication-method=normal",
        "--skip-test-db");

    // No test here cuts the power, so nothing waits for the disk. Some kill the server: with 2 it hands each commit to the system.
    private protected override Task<ServerProgram> RunAsync() => ServerProgram.StartAsync(
        ServerProgram.Find("mariadbd", Package),
        [
            "--no-defaults", $"--datadir={Folder}", $"--tmpdir={TemporaryFolder}", $"--socket={Folder}/socket", $"--pid-file={Folder}/pid",
            $"--port={Port}", "--bind-address=127.0.0.1", $"--init-file={FirstStatements}", "--skip-name-resolve",
            "--max-allowed-packet=64M", "--innodb-flush-log-at-trx-commit=2",
            "--innodb-buffer-pool-size=64M",
        ],
        stopSignal: "TERM",
        readyLine: "ready for connections");

    protected override DbConnection Connect(string connectionString) =>
        new MySqlConnection($"{connectionString};Pooling=false;Allow User Variables=true");
}
