using System.Runtime.Versioning;
using RendezvousCluster.Interop.Processes;

namespace RendezvousCluster.Deployment;

/// <summary>What <c>scripts/cluster</c> makes of the Compose file, without starting anything.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class LocalConfigTests
{
    [Fact]
    public async Task Addresses_ports_and_files_of_containers_become_those_of_this_machine()
    {
        await using var cluster = new LocalCluster();
        int shift = 200 * cluster.Slot;
        string subnet = $"127.0.{10 + cluster.Slot}";

        IReadOnlyList<string> settings = await cluster.RunAsync("config");

        string[] second =
        [
            $"Listen__0=/ip4/127.0.0.1/tcp/{8002 + shift}", $"Listen__1=/ip4/127.0.0.1/tcp/{8102 + shift}/ws",
            $"Announce__0=/ip4/127.0.0.1/tcp/{8002 + shift}", $"Announce__1=/ip4/127.0.0.1/tcp/{8102 + shift}/ws",
            $"DataDirectory={cluster.State}/volumes/node2-data",
            $"ConnectionString=Host={subnet}.10;Database=rendezvous;Username=rendezvous;Passfile={cluster.State}/secrets/pgpass",
            $"ClusterBind={subnet}.12:4053", $"ClusterAnnounce={subnet}.12:4053", $"Management={subnet}.12:9400",
            $"Seeds__0={subnet}.11:4053", $"Seeds__2={subnet}.13:4053",
            $"ClusterCertificate={cluster.State}/secrets/certificates/node2.pem",
            $"ClusterAuthority={cluster.State}/secrets/certificates/ca.pem",
            $"ClusterKey={cluster.State}/volumes/node2-keys/node2_key",
        ];
        Assert.All(second, setting => Assert.Contains($"node2 Rendezvous__{setting}", settings));
        Assert.Contains($"postgres POSTGRES_PASSWORD_FILE={cluster.State}/secrets/postgres_password", settings);
    }

    [Fact]
    public async Task Every_variable_of_the_compose_file_is_handed_on_and_still_one_that_the_server_knows()
    {
        await using var cluster = new LocalCluster();
        ComposeFile file = await ComposeFile.ReadAsync();

        ILookup<string, string> settings =
            (await cluster.RunAsync("config")).Select(line => line.Split(' ', 2)).ToLookup(parts => parts[0], parts => parts[1]);

        Assert.Equal(file.Services.Except(["keys"]).Order(), settings.Select(service => service.Key).Order());
        foreach (IGrouping<string, string> service in settings)
        {
            Dictionary<string, string> environment =
                service.Select(setting => setting.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
            Assert.Equal(file.Environment(service.Key).Keys.Order(), environment.Keys.Order());
            if (service.Key != "postgres")
            {
                ServerSettings.Read(environment);
            }
        }
    }

    [Theory]
    [InlineData("    privileged: true", "privileged cannot be done without Docker")]
    [InlineData("    ports: [\"8000\"]", "port '8000' must be written")]
    [InlineData("    volumes: [\"./here:/data\"]", "volume './here:/data' must be written")]
    [InlineData("    environment: { A: $B }", "that is not understood here")]
    [InlineData("    environment: [", "cannot be read")]
    public async Task An_unknown_construct_is_refused_in_one_line(string addition, string reason)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("compose.yml");
        await File.WriteAllTextAsync(file, $"services:\n  postgres:\n    image: postgres:15\n  node1:\n    build: .\n{addition}\n");
        await using var cluster = new LocalCluster();

        (int exitCode, string[] output, string errors) = await cluster.TryAsync("config", "--file", file);

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Contains(reason, Assert.Single(errors.Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the cluster is not up", "start", "2")]
    [InlineData("there is no 9", "kill", "9")]
    [InlineData("no number from 0 to 99", "status", "--slot", "100")]
    public async Task An_impossible_command_fails_with_one_line(string reason, params string[] arguments)
    {
        await using var cluster = new LocalCluster();

        (int exitCode, _, string errors) = await cluster.TryAsync(arguments);

        Assert.Equal(1, exitCode);
        Assert.Contains(reason, Assert.Single(errors.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_made_once_and_out_of_the_reach_of_others()
    {
        await using var cluster = new LocalCluster();
        string password = Path.Combine(cluster.State, "secrets", "postgres_password");

        await cluster.RunAsync("secrets");
        string first = await File.ReadAllTextAsync(password);
        await cluster.RunAsync("secrets");

        Assert.Equal(first, await File.ReadAllTextAsync(password));
        Assert.All(
            [Path.Combine(
                cluster.State, "volumes", "node1-keys", "node1_key"), Path.Combine(cluster.State, "secrets", "certificates", "ca.key")],
            key => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key)));
        Assert.Equal($"*:*:*:*:{first}\n", await File.ReadAllTextAsync(Path.Combine(cluster.State, "secrets", "pgpass")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(password)!));
    }
}
