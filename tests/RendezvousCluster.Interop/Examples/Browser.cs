using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Interop.Examples;

/// <summary>Chromium without a window, with one page open, driven over its DevTools protocol.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly ClientWebSocket _page;
    private int _lastId;

    private Browser(ChildProcess process, ClientWebSocket page)
    {
        _process = process;
        _page = page;
    }

    /// <param name="profile">Where it keeps what browsers keep.</param>
    /// <param name="url">The page to open.</param>
    public static async Task<Browser> OpenAsync(TemporaryFolder profile, string url)
    {
        // Containers and root have no sandbox to offer; it opens only our own page.
        int port = TestDatabaseServer.FreePort();
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--window-size=1000,640",
            $"--user-data-dir={profile.File("chromium")}", $"--remote-debugging-port={port}", url,
        ];
        ChildProcess process = ChildProcess.Start("chromium", "chromium", arguments, profile.Path);
        var page = new ClientWebSocket();
        try
        {
            using var http = new HttpClient();
            string? target = null;
            await Eventually.EqualAsync(true, async () => (target = await TargetAsync(http, port)) is not null);
            await page.ConnectAsync(new Uri(target!), CancellationToken.None).Within();
            return new Browser(process, page);
        }
        catch (Exception exception)
        {
            page.Dispose();
            await process.DisposeAsync();
            throw new InvalidOperationException($"{exception.Message} Chromium's standard error:\n{process.Errors}", exception);
        }
    }

    /// <summary>
    /// The value of a JavaScript expression whose value is text, or else what is wrong with it: as long as the page is not there, much is.
    /// </summary>
    public async Task<string> EvaluateAsync(string expression)
    {
        JsonElement answer = await CallAsync("Runtime.evaluate", new { expression, returnByValue = true });
        return answer.GetProperty("result").TryGetProperty("value", out JsonElement value) ? value.GetString()! : answer.ToString();
    }

    /// <summary>What the page looks like now, as PNG.</summary>
    public async Task<byte[]> ScreenshotAsync() =>
        (await CallAsync("Page.captureScreenshot", new { format = "png" })).GetProperty("data").GetBytesFromBase64();

    public async ValueTask DisposeAsync()
    {
        _page.Dispose();
        _process.Terminate();
        await _process.ExitAsync();
        await _process.DisposeAsync();
    }

    // Null until it listens and has its page.
    private static async Task<string?> TargetAsync(HttpClient http, int port)
    {
        try
        {
            return (await http.GetFromJsonAsync<JsonElement[]>($"http://127.0.0.1:{port}/json/list"))!
                .Where(target => target.GetProperty("type").GetString() == "page")
                .Select(target => target.GetProperty("webSocketDebuggerUrl").GetString())
                .FirstOrDefault();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    // One question at a time; no events were asked for.
    private async Task<JsonElement> CallAsync(string method, object parameters)
    {
        int id = ++_lastId;
        byte[] question = JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters });
        await _page.SendAsync(question.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).AsTask().Within();
        JsonElement answer = await ReceiveAsync().Within(awaited: $"Chromium's answer to {method}");
        Assert.Equal(id, answer.GetProperty("id").GetInt32());
        return answer.TryGetProperty("result", out JsonElement result)
            ? result
            : throw new InvalidOperationException($"{method}: {answer}");
    }

    private async Task<JsonElement> ReceiveAsync()
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        ValueWebSocketReceiveResult received;
        do
        {
            received = await _page.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            message.Write(buffer, 0, received.Count);
        }
        while (!received.EndOfMessage);
        return JsonElement.Parse(message.ToArray());
    }
}
