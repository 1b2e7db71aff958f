using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Rendezvous;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Certificates;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Interop.Server;

/// <summary>The server as an operator meets it: help, usage errors, and one clear line for what keeps it from starting.</summary>
[UnsupportedOSPlatform("windows")]
[TakesSeconds(61)]
public sealed class CommandLineTests : IDisposable
{
    private const string FreePort = "/ip4/127.0.0.1/tcp/0";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Help_explains_every_option_and_exits_0()
    {
        (int exitCode, string[] output, string[] errors) = await RunAsync("--help");

        Assert.Equal(0, exitCode);
        Assert.Empty(errors);
        string help = string.Join('\n', output);
        string[] options =
        [
            "--listen", "--announce", "--data-dir", "--identity", "--enable-memory-database", "--enableMemoryDatabase", "--min-ttl",
            "--max-ttl", "--log-level",
            "--storage", "--connection-string", "--connection-string-file", "--cluster-bind", "--cluster-announce", "--seed", "--roles",
            "--failure-detection", "--cluster-certificate", "--cluster-key", "--cluster-authority", "--config", "health",
            "--insecure-cluster-anyone-can-control-this-node",
            "--max-registrations-per-peer", "--max-registrations-per-namespace", "--max-registrations",
            "--max-connections", "--max-connections-per-address",
        ];
        Assert.All(options, option => Assert.Contains(option, help));
    }

    [Theory]
    [InlineData("--no-such-option")]
    [InlineData("--min-ttl", "soon")]
    [InlineData("--log-level", "Loud")]
    [InlineData("--storage", "oracle")]
    [InlineData("--failure-detection", "psychic")]
    [InlineData("--listen")]
    [InlineData("stray")]
    [InlineData("health", "--listen", FreePort)]
    public async Task A_usage_error_exits_2_and_says_why(params string[] arguments)
    {
        (int exitCode, string[] output, string[] errors) = await RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.NotEmpty(errors);
    }

    [Fact]
    public async Task A_taken_port_is_named_in_one_line()
    {
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        string address = $"/ip4/127.0.0.1/tcp/{((IPEndPoint)squatter.LocalEndpoint).Port}";

        await CannotStartAsync(address, "--listen", address, "--data-dir", _folder.File("data"));
        await CannotStartAsync(address + "/ws", "--listen", FreePort, "--listen", address + "/ws", "--data-dir", _folder.File("data"));

        // Found before the registry was started: there is no trace of a database.
        Assert.False(File.Exists(Path.Combine(_folder.File("data"), "journal.db")));
    }

    [Fact]
    public async Task A_taken_port_is_found_before_a_cluster_is_joined()
    {
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        string address = $"/ip4/127.0.0.1/tcp/{((IPEndPoint)squatter.LocalEndpoint).Port}";

        // Nobody answers there: joining would be tried for half a minute.
        await CannotStartAsync(
            address, "--listen", address, "--data-dir", _folder.File("data"), "--roles", "frontend", "--cluster-bind", "127.0.0.1:0",
            "--seed", $"127.0.0.1:{TestDatabaseServer.FreePort()}", "--insecure-cluster-anyone-can-control-this-node");
    }

    [Theory]
    [InlineData("--max-connections", "MaxConnections is 0; it must be from 1 to ")]
    [InlineData("--max-connections-per-address", "MaxConnectionsPerIp is 0; it must be from 1 to ")]
    public async Task A_limit_of_connections_that_cannot_work_is_reported_in_one_line(string option, string said) =>
        await CannotStartAsync(said, option, "0", "--listen", FreePort, "--data-dir", _folder.File("data"));

    [Fact]
    public async Task An_identity_that_is_not_a_key_is_named_in_one_line()
    {
        string identity = _folder.File("identity.key");
        await File.WriteAllTextAsync(identity, "no key at all");

        await CannotStartAsync(identity, "--listen", FreePort, "--data-dir", _folder.File("data"), "--identity", identity);
    }

    [Fact]
    public async Task Limits_that_cannot_work_together_are_reported_in_one_line() => await CannotStartAsync(
        "must be at least 128000", "--listen", FreePort, "--data-dir", _folder.File("data"), "--max-registrations", "127999");

    [Fact]
    public async Task A_data_directory_that_cannot_be_made_is_named_in_one_line()
    {
        string file = _folder.File("file");
        await File.WriteAllTextAsync(file, "not a folder");
        string inFile = Path.Combine(file, "data");

        await CannotStartAsync(inFile, "--listen", FreePort, "--data-dir", inFile, "--identity", _folder.File("identity.key"));
    }

    [Fact]
    public async Task A_database_that_is_none_is_named_in_one_line()
    {
        string data = Directory.CreateDirectory(_folder.File("data")).FullName;
        string database = Path.Combine(data, "journal.db");
        await File.WriteAllTextAsync(database, string.Concat(Enumerable.Repeat("This is not a database. ", 1_000)));

        await CannotStartAsync(database, "--listen", FreePort, "--data-dir", data);
    }

    [Theory]
    [InlineData("postgres", "Host=127.0.0.1;Port=1;Database=r;Username=u;Password=hidden")]
    [InlineData("mysql", "Server=127.0.0.1;Port=1;Database=r;User ID=u;Password=hidden")]
    public async Task A_database_server_that_is_not_there_is_named_in_one_line(string storage, string connectionString)
    {
        string secret = _folder.File("connection");
        await File.WriteAllTextAsync(secret, connectionString + "\n");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await CannotStartAsync(
            "127.0.0.1:1 cannot be reached: ",
            "--listen", FreePort, "--data-dir", _folder.File("data"), "--storage", storage, "--connection-string-file", secret);
    }

    [Fact]
    public async Task A_settings_file_that_is_missing_or_misspelt_is_reported_in_one_line()
    {
        string file = _folder.File("settings.json");
        await CannotStartAsync(file, "--config", file);

        await File.WriteAllTextAsync(file, """{ "Rendezvous": { "MaxTtl": 60 } }""");
        await CannotStartAsync("'MaxTtl'", "--config", file);
        await CannotStartAsync("'MaxTtl'", "health", "--config", file);
    }

    [Fact]
    public async Task A_misspelt_variable_is_named_with_the_one_that_may_be_meant()
    {
        await using ChildProcess server = ChildProcess.Start(
            "the server", "env",
            ["Rendezvous__MinTtl=60", "dotnet", Repository.ServerAssembly, "--listen", FreePort, "--data-dir", _folder.File("data")],
            _folder.Path);

        Assert.Equal(1, await server.ExitAsync());
        Assert.Equal(
            "rendezvous-server: The environment variable Rendezvous__MinTtl is not a setting: there is no 'MinTtl'; 'MinTtlSeconds' may be "
            + "meant.", server.Errors.Trim());
    }

    [Fact]
    public async Task Verify_says_what_the_start_says_of_a_file_that_is_lost()
    {
        string data = _folder.Path;
        await using (ServerProcess server = await ServerProcess.StartAsync(_folder))
        {
            Assert.Equal(0, await server.TerminateAsync(TestTimeouts.Default));
        }

        (int exitCode, string[] output, string[] errors) = await RunAsync("verify", "--data-dir", data);
        Assert.Equal((0, "0 events and 0 snapshots of 0 journals are whole."), (exitCode, Assert.Single(output)));
        Assert.Empty(errors);

        File.Delete(Path.Combine(data, "journal.db"));
        const string Fault = "is not whole: the journal is lost, and the snapshots are there.";
        (exitCode, _, errors) = await RunAsync("verify", "--data-dir", data);
        Assert.Equal(1, exitCode);
        Assert.Contains(Fault, Assert.Single(errors), StringComparison.Ordinal);
        await CannotStartAsync(Fault, "--listen", FreePort, "--data-dir", data);
    }

    [Fact]
    public async Task Config_check_tells_every_fault_in_a_line_of_its_own_and_a_good_configuration_in_one()
    {
        string file = _folder.File("settings.json");
        await File.WriteAllTextAsync(file, "{ \"Rendezvous\": {\n\"MaxTtl\": 60,\n\"Storage\": \"oracle\" } }");

        (int exitCode, string[] output, string[] errors) = await RunAsync("config", "check", "--config", file, "--listen", "nonsense");
        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Collection(
            errors,
            error => Assert.StartsWith($"Rendezvous:MaxTtl in '{file}', line 2, is not a setting", error),
            error => Assert.StartsWith($"Rendezvous:Storage in '{file}', line 3, is 'oracle', and has to be one of ", error),
            error => Assert.StartsWith("--listen: Listen is 'nonsense'", error));

        (exitCode, output, errors) = await RunAsync("config", "check", "--min-ttl", "90s");
        Assert.Equal((0, "The settings can be used."), (exitCode, Assert.Single(output)));
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Config_show_tells_what_holds_and_config_defaults_writes_a_file_that_can_be_used()
    {
        (int exitCode, string[] shown, string[] errors) =
            await RunAsync("config", "show", "--min-ttl", "90s", "--connection-string", "Password=hidden");
        Assert.Equal(1, exitCode); // of the connection string nobody makes use
        Assert.Contains("Rendezvous:MinTtlSeconds = 1m30s  [--min-ttl]", shown);
        Assert.Contains("storage sqlite uses none", Assert.Single(errors));
        Assert.DoesNotContain(shown.Concat(errors), line => line.Contains("hidden", StringComparison.Ordinal));

        (exitCode, string[] defaults, _) = await RunAsync("config", "defaults");
        Assert.Equal(0, exitCode);
        string file = _folder.File("defaults.json");
        await File.WriteAllLinesAsync(file, defaults);
        (exitCode, _, errors) = await RunAsync("config", "check", "--config", file);
        Assert.Equal(0, exitCode);
        Assert.Empty(errors);
    }

    /// <summary>What other servers take for a request does not end this one.</summary>
    [Theory]
    [InlineData(1, "SIGHUP")]
    [InlineData(10, "SIGUSR1")]
    [InlineData(12, "SIGUSR2")]
    [InlineData(13, null)]
    [InlineData(25, "SIGXFSZ")]
    public async Task A_signal_that_is_not_meant_to_end_it_is_passed_over_in_one_line(int signal, string? name)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            _folder, "--enable-memory-database", "--management", "127.0.0.1:0");

        server.Signal(signal);

        if (name is not null)
        {
            await Eventually.EqualAsync(
                1, () => server.Errors.Split('\n').Count(line => line.Contains($"{name} is passed over", StringComparison.Ordinal)));
        }

        await using (WirePeer peer = await WirePeer.ConnectAsync(server.TcpAddress))
        {
            await peer.RegisterAsync("after-the-signal");
        }

        Assert.Equal(0, await server.TerminateAsync(TestTimeouts.Default));
    }

    [Fact]
    public async Task A_second_member_for_files_is_refused_in_one_line()
    {
        await CannotStartAsync(
            "serves one node only", "--listen", FreePort, "--data-dir", _folder.File("data"), "--seed", "127.0.0.1:4053", "--cluster-bind",
            "127.0.0.1:0");
    }

    [Fact]
    public async Task A_member_without_certificates_is_refused_in_one_line_that_names_the_way_out()
    {
        string[] member =
            ["--storage", "postgres", "--connection-string", "Host=db.invalid", "--listen", FreePort, "--data-dir", _folder.File("data")];

        await CannotStartAsync("--insecure-cluster-anyone-can-control-this-node", [.. member, "--cluster-bind", "127.0.0.1:0"]);
        await CannotStartAsync("scripts/dev-ca", [.. member, "--seed", "127.0.0.1:4053"]);
    }

    [Fact]
    public async Task A_key_that_others_can_read_is_refused_in_one_line()
    {
        using var authority = new TestAuthority();
        (string certificate, string key) = authority.Issue();
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        await CannotStartAsync(
            $"chmod 600 '{key}'", "--roles", "frontend", "--seed", "127.0.0.1:4053", "--listen", FreePort,
            "--data-dir", _folder.File("data"),
            "--cluster-certificate", certificate, "--cluster-key", key, "--cluster-authority", authority.AuthorityFile);
    }

    [Fact]
    public async Task A_node_that_goes_without_certificates_says_at_every_start_what_that_means()
    {
        await using ChildProcess server = ServerProcess.Run(
            _folder,
            [
                "--roles", "frontend", "--cluster-bind", "127.0.0.1:0", "--seed", $"127.0.0.1:{TestDatabaseServer.FreePort()}",
                "--listen", FreePort, "--data-dir", _folder.File("data"), "--insecure-cluster-anyone-can-control-this-node",
            ]);

        await Eventually.EqualAsync(true, () => server.Errors.Contains("can control this node", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Addresses_and_limits_that_cannot_work_are_reported_in_one_line()
    {
        await CannotStartAsync("nonsense", "--listen", "nonsense", "--data-dir", _folder.File("data"));
        await CannotStartAsync("min-ttl", "--min-ttl", "100", "--max-ttl", "10", "--listen", FreePort, "--data-dir", _folder.File("data"));
    }

    private async Task CannotStartAsync(string named, params string[] arguments)
    {
        (int exitCode, string[] output, string[] errors) = await RunAsync(arguments);

        Assert.Contains(named, Assert.Single(errors));
        Assert.Empty(output);
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public async Task A_server_stopped_before_it_has_started_ends()
    {
        string nobody = $"127.0.0.1:{TestDatabaseServer.FreePort()}";
        await using ChildProcess server = ServerProcess.Run(
            _folder,
            ["--roles", "frontend", "--cluster-bind", "127.0.0.1:0", "--seed", nobody, "--listen", FreePort, "--data-dir", _folder.File(
                "data"), "--log-level", "Information",
                .. TestCertificates.Options]);
        await Eventually.EqualAsync(true, () => server.Errors.Contains("joins the cluster", StringComparison.Ordinal));

        server.Terminate();

        Assert.Equal(0, await server.ExitAsync());
    }

    private async Task<(int ExitCode, string[] Output, string[] Errors)> RunAsync(params string[] arguments)
    {
        await using ChildProcess server = ServerProcess.Run(_folder, arguments);
        var output = new List<string>();
        int exitCode = await server.ExitAsync();
        while (await server.ReadLineAsync() is { } line)
        {
            output.Add(line);
        }

        return (exitCode, [.. output], server.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
