using System.Text.Json;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Server;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Interop.Examples;

/// <summary>
/// The page in a real browser, bundled and served as its README says. It leaves a picture of itself in <c>TestResults</c>.
/// </summary>
public sealed class BrowserPageTests(ServerWithDefaults running) : IClassFixture<ServerWithDefaults>
{
    private const string PeersShown = "[...document.querySelectorAll('#peers tr')].map((row) => row.dataset.peer).sort().join(' ')";
    private const string StatusShown = "document.querySelector('#status').textContent";

    private readonly ServerProcess _server = running.Server;

    [Fact]
    public async Task The_page_shows_peers_that_come_and_go()
    {
        using var profile = new TemporaryFolder();
        int port = TestDatabaseServer.FreePort();
        await using ChildProcess site = await ServeAsync(port);
        (ExampleProcess stays, string staysId) = await ListenAsync();
        await using ExampleProcess staying = stays;

        string query = $"?point={Uri.EscapeDataString(_server.WebSocketAddress)}&ns=example-namespace";
        await using Browser browser = await Browser.OpenAsync(profile, $"http://127.0.0.1:{port}/{query}");
        await Eventually.EqualAsync("1 peer is registered in example-namespace.", () => browser.EvaluateAsync(StatusShown));
        Assert.Equal(staysId, await browser.EvaluateAsync(PeersShown));
        Assert.Matches("^/ip4/127\\.0\\.0\\.1/tcp/[0-9]+ (119|120) min$", await browser.EvaluateAsync(
            "[...document.querySelectorAll('#peers td')].slice(1).map((cell) => cell.textContent).join(' ')"));

        (ExampleProcess leaves, string leavesId) = await ListenAsync();
        await using ExampleProcess leaving = leaves;
        await Eventually.EqualAsync(
            string.Join(' ', new[] { staysId, leavesId }.Order(StringComparer.Ordinal)), () => browser.EvaluateAsync(PeersShown));
        await SaveAsync(await browser.ScreenshotAsync());

        Assert.Equal(0, await leaving.TerminateAsync());
        await Eventually.EqualAsync(staysId, () => browser.EvaluateAsync(PeersShown));
    }

    [Fact]
    public async Task The_page_reports_an_address_that_is_not_one()
    {
        using var profile = new TemporaryFolder();
        int port = TestDatabaseServer.FreePort();
        await using ChildProcess site = await ServeAsync(port);

        await using Browser browser = await Browser.OpenAsync(profile, $"http://127.0.0.1:{port}/?point=nonsense&ns=example-namespace");

        await Eventually.EqualAsync("failed", () => browser.EvaluateAsync("document.querySelector('#status').dataset.state ?? ''"));
    }

    // The command of package.json, at a port of its own.
    private static async Task<ChildProcess> ServeAsync(int port)
    {
        JsonElement package = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.ExamplesJsFolder, "package.json")));
        string[] command = package.GetProperty("scripts").GetProperty("browser").GetString()!.Replace(":8080", $":{port}").Split(' ');
        Assert.Equal("esbuild", command[0]);
        ChildProcess site = ChildProcess.Start("esbuild", Repository.EsbuildExecutable, command[1..], Repository.ExamplesJsFolder);
        using var http = new HttpClient();
        await Eventually.EqualAsync(true, async () => await AnswersAsync(http, $"http://127.0.0.1:{port}/"));
        return site;
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string url)
    {
        try
        {
            return (await http.GetAsync(new Uri(url))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task SaveAsync(byte[] picture)
    {
        Assert.Equal("PNG"u8.ToArray(), picture[1..4]);
        string folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "TestResults")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "browser-page.png"), picture);
    }

    private async Task<(ExampleProcess Listener, string Id)> ListenAsync()
    {
        ExampleProcess listener = ExampleProcess.Start("C#", "Listener", _server.TcpAddress);
        string id = await listener.ReadAfterAsync("Node started with id ");
        await listener.ReadAfterAsync("Registered to: ");
        return (listener, id);
    }
}
