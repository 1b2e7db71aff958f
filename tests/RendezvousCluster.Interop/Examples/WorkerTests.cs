using System.Net.Http.Json;
using RendezvousCluster.Interop.Server;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Interop.Examples;

/// <summary>The ASP.NET Core application, which is registered while it runs.</summary>
public sealed class WorkerTests(ServerWithDefaults running) : IClassFixture<ServerWithDefaults>
{
    [Fact]
    public async Task Workers_know_each_other_and_one_that_stops_is_gone()
    {
        using var http = new HttpClient();
        (string oneUrl, string otherUrl) = (NewUrl(), NewUrl());
        await using ExampleProcess one = await StartAsync(oneUrl);
        await using ExampleProcess other = await StartAsync(otherUrl);
        string oneId = await http.GetStringAsync(oneUrl);
        string otherId = await http.GetStringAsync(otherUrl);

        // It registers itself in the background.
        await Eventually.EqualAsync(string.Join(' ', new[] { oneId, otherId }.Order()), () => WorkersAsync(http, oneUrl));
        Assert.Equal(0, await other.TerminateAsync());

        Assert.Equal(oneId, await WorkersAsync(http, oneUrl));
    }

    private static string NewUrl() => $"http://127.0.0.1:{TestDatabaseServer.FreePort()}";

    private static async Task<string> WorkersAsync(HttpClient http, string url) =>
        string.Join(' ', (await http.GetFromJsonAsync<string[]>($"{url}/workers"))!.Order());

    private async Task<ExampleProcess> StartAsync(string url)
    {
        ExampleProcess worker = ExampleProcess.Start("C#", "Worker", "--urls", url, "--Rendezvous:Points:0", running.Server.TcpAddress);
        while (!(await worker.ReadLineAsync()).Contains("Now listening on", StringComparison.Ordinal))
        {
            continue;
        }

        return worker;
    }
}
