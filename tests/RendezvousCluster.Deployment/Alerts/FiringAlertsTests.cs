using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Rendezvous;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Deployment.Alerts;

/// <summary>
/// The rules of alerts as a real Prometheus evaluates them on the series of a real server, whose faults are brought about one after the
/// other. Only the times are shorter: a fault need not last, and is looked for twice a second.
/// </summary>
[TakesSeconds(15)]
public sealed partial class FiringAlertsTests(TestPostgres database) : IClassFixture<TestPostgres>, IDisposable
{
    private const int MaxConnections = 16;

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new();

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Alerts_fire_when_their_faults_happen_and_not_before()
    {
        int management = TestDatabaseServer.FreePort(), port = TestDatabaseServer.FreePort();
        await using ServerProcess server = await ServerProcess.StartAsync(
            _folder,
            "--storage", "postgres", "--connection-string", await database.CreateDatabaseAsync(),
            "--management", $"127.0.0.1:{management}", "--max-connections", $"{MaxConnections}",
            "--max-registrations", "128", "--max-registrations-per-peer", "1",
            "--cluster-bind", "127.0.0.1:0", "--insecure-cluster-anyone-can-control-this-node");
        await using ChildProcess prometheus = await StartPrometheusAsync(port, management);

        // It has no certificates from the start, and nothing else is wrong. On a busy machine a look at it may come too late, once.
        await Eventually.EqualAsync("RendezvousInsecure", async () => string.Join(' ', await FiringAsync(port)));

        await FillAsync(server);
        await FiresAsync(port, "RendezvousFull");

        List<WirePeer> crowd = [];
        try
        {
            while (crowd.Count < MaxConnections)
            {
                crowd.Add(await WirePeer.ConnectAsync(server.TcpAddress));
            }

            await FiresAsync(port, "RendezvousConnectionsFull");
            await AssertDashboardHasDataAsync(port);

            await database.StopAsync();
            await Eventually.EqualAsync(true, async () =>
            {
                await FailAsync(crowd[0]);
                return (await FiringAsync(port)).Intersect(
                    ["RendezvousDatabaseAway", "RendezvousNotReady", "RendezvousRequestsUnavailable"]).Count() == 3;
            });
        }
        finally
        {
            await Task.WhenAll(crowd.Select(peer => peer.DisposeAsync().AsTask()));
        }

        await DrainAsync(management);
        await FiresAsync(port, "RendezvousDraining");

        await server.KillAsync();
        await FiresAsync(port, "RendezvousDown");
    }

    /// <summary>Registers one peer after the other until the part of the ledger that is the first to be full refuses one.</summary>
    private static async Task FillAsync(ServerProcess server)
    {
        for (int peers = 0; peers < 128; peers++)
        {
            await using WirePeer peer = await WirePeer.ConnectAsync(server.TcpAddress);
            if (!await TryRegisterAsync(peer))
            {
                return;
            }
        }

        Assert.Fail("The point did not become full.");
    }

    // The server counts what becomes of it.
    private static async Task FailAsync(WirePeer peer) => Assert.False(await TryRegisterAsync(peer));

    private static async Task<bool> TryRegisterAsync(WirePeer peer)
    {
        try
        {
            await peer.RegisterAsync("alerts");
            return true;
        }
        catch (Xunit.Sdk.XunitException)
        {
            return false; // the answer was not OK
        }
    }

    private async Task<ChildProcess> StartPrometheusAsync(int port, int management)
    {
        string rules = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "cluster-config", "observability", "alerts.yml"));
        await File.WriteAllTextAsync(_folder.File("alerts.yml"), Wait().Replace(rules, "for: 0s"));
        await File.WriteAllTextAsync(
            _folder.File("prometheus.yml"),
            $"""
            global:
              scrape_interval: 500ms
              scrape_timeout: 500ms
              evaluation_interval: 500ms
            rule_files: [alerts.yml]
            scrape_configs:
              - job_name: rendezvous
                static_configs:
                  - targets: ["127.0.0.1:{management}"]
            """);
        return ChildProcess.Start(
            "Prometheus",
            "prometheus",
            [
                $"--config.file={_folder.File("prometheus.yml")}", $"--storage.tsdb.path={_folder.File("series")}",
                $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
            ],
            _folder.Path);
    }

    private async Task FiresAsync(int port, string alert) => await Eventually.EqualAsync(
        true, async () => (await FiringAsync(port)).Contains(alert));

    private async Task<string[]> FiringAsync(int port)
    {
        try
        {
            JsonElement answer = await _client.GetFromJsonAsync<JsonElement>(
                new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/api/v1/alerts")));
            return
            [
                .. answer.GetProperty("data").GetProperty("alerts").EnumerateArray()
                    .Where(alert => alert.GetProperty("state").GetString() == "firing")
                    .Select(alert => alert.GetProperty("labels").GetProperty("alertname").GetString()!).Distinct().Order(),
            ];
        }
        catch (HttpRequestException)
        {
            return []; // it starts
        }
    }

    /// <summary>Every expression of the dashboard is one that Prometheus takes, and says something of this server.</summary>
    private async Task AssertDashboardHasDataAsync(int port)
    {
        JsonElement dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(
            Repository.Root, "cluster-config", "observability", "grafana-dashboard.json"))).RootElement;
        string[] expressions =
        [
            .. dashboard.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!),
        ];
        Assert.InRange(expressions.Length, 15, 100);
        foreach (string expression in expressions)
        {
            JsonElement answer = await _client.GetFromJsonAsync<JsonElement>(new Uri(string.Create(
                CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/api/v1/query?query={Uri.EscapeDataString(expression)}")));
            Assert.True(answer.GetProperty("data").GetProperty("result").GetArrayLength() > 0, expression);
        }
    }

    private async Task DrainAsync(int management)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{management}/admin/v1/drain"));
        request.Headers.Authorization = new("Bearer", (await File.ReadAllTextAsync(_folder.File("admin.token"))).Trim());
        using HttpResponseMessage answer = await _client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
    }

    [GeneratedRegex(@"\bfor: \w+")]
    private static partial Regex Wait();
}
