using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Interop.Server;

/// <summary>
/// Health and metrics of real servers, as they come without a word about them. Others on this machine may have the default port.
/// </summary>
public sealed partial class ManagementTests : IDisposable
{
    private readonly TemporaryFolder _first = new();
    private readonly TemporaryFolder _second = new();
    private readonly HttpClient _client = new();

    public void Dispose()
    {
        _client.Dispose();
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public async Task Two_servers_on_a_machine_both_serve_them_and_say_where()
    {
        await using ServerProcess first = await ServerProcess.StartAsync(_first, "--enable-memory-database", "--log-level", "Information");
        await using ServerProcess second =
            await ServerProcess.StartAsync(_second, "--enable-memory-database", "--log-level", "Information");

        string[] addresses = [await ServedAtAsync(first), await ServedAtAsync(second)];

        Assert.NotEqual(addresses[0], addresses[1]);
        foreach (string address in addresses)
        {
            Assert.Equal("ready\n", await _client.GetStringAsync(new Uri(address + "/readyz")).Within());
            Assert.Contains(
                "rendezvous_registry_registrations",
                await _client.GetStringAsync(new Uri(address + "/metrics")).Within(),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_named_address_that_is_taken_ends_the_start_and_none_serves_nothing()
    {
        using var squatter = new TcpListener(IPAddress.Loopback, 0);
        squatter.Start();
        string taken = $"127.0.0.1:{((IPEndPoint)squatter.LocalEndpoint).Port}";

        await using ChildProcess refused =
            ServerProcess.Run(_first, ["--data-dir", _first.Path, "--enable-memory-database", "--management", taken]);
        Assert.Equal(1, await refused.ExitAsync());
        Assert.Contains(taken, Assert.Single(refused.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

        await using ServerProcess silent =
            await ServerProcess.StartAsync(_second, "--enable-memory-database", "--management", "none", "--log-level", "Information");
        Assert.DoesNotContain("Health and metrics", silent.Errors, StringComparison.Ordinal);
        await using ChildProcess health = ServerProcess.Run(_second, ["health", "--management", "none"]);
        Assert.Equal(1, await health.ExitAsync());
        Assert.Contains("nowhere", health.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", 0)]
    [InlineData("127.0.0.1:0", 1)]
    public async Task A_server_that_is_a_cluster_of_its_own_listens_for_peers_and_for_management_only(
        string management, int managementPorts)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(_first, "--management", management);

        int[] peers = [PortOf(server.TcpAddress), PortOf(server.WebSocketAddress)];
        int[] listened = ListeningPorts.Of(server.Id);

        Assert.Superset(peers.ToHashSet(), listened.ToHashSet());
        Assert.Equal(peers.Length + managementPorts, listened.Length);
    }

    private static int PortOf(string address) => int.Parse(address.Split('/')[4], CultureInfo.InvariantCulture);

    private static async Task<string> ServedAtAsync(ServerProcess server)
    {
        await Eventually.EqualAsync(true, () => Served().IsMatch(server.Errors));
        return Served().Match(server.Errors).Groups[1].Value;
    }

    [GeneratedRegex(
        "Health and metrics are served on (http://127\\.0\\.0\\.1:(9400|[0-9]+(?=, because 127\\.0\\.0\\.1:9400 is taken)))\\b")]
    private static partial Regex Served();
}
