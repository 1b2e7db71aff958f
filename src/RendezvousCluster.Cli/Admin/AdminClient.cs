using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace RendezvousCluster.Cli.Admin;

/// <summary>
/// Asks the admin API of a server. It goes to the server that was named and nowhere else: no proxy is used, and no redirect followed.
/// </summary>
internal sealed class AdminClient : IDisposable
{
    /// <summary>Longest answer that is read, in bytes: that of a large cluster. Another program may have the port.</summary>
    internal const int MaxAnswerBytes = 16 * 1024 * 1024;

    private readonly Uri _server;
    private readonly HttpClient _http;

    /// <param name="server">Where health and metrics are served.</param>
    /// <param name="timeout">For a whole answer.</param>
    public AdminClient(Uri server, TimeSpan timeout)
    {
        _server = server;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            Timeout = timeout, MaxResponseContentBufferSize = MaxAnswerBytes,
        };
    }

    /// <summary>Asks.</summary>
    /// <param name="path">Behind the root of the API.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AdminException">There is no answer.</exception>
    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, token: null, cancellationToken);

    /// <summary>Changes something.</summary>
    /// <param name="path">Behind the root of the API.</param>
    /// <param name="token">The token of the server.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="AdminException">There is no answer.</exception>
    public Task<JsonElement> PostAsync(string path, string token, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, token, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, string? token, CancellationToken cancellationToken)
    {
        var page = new Uri(_server, $"/admin/v1/{path}");
        try
        {
            using var request = new HttpRequestMessage(method, page);
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
            string text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode ? JsonElement.Parse(text) : throw Refusal(page, response.StatusCode, text);
        }
        catch (HttpRequestException exception)
        {
            throw new AdminException($"{page} cannot be reached: {exception.Message}", isRefusal: false, exception);
        }
        catch (JsonException exception)
        {
            throw new AdminException(
                $"{page} answered something that is not JSON; is it a rendezvous server?", isRefusal: false, exception);
        }
        catch (TaskCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AdminException($"{page} did not answer within {_http.Timeout.TotalSeconds:0.#} s.", isRefusal: false, exception);
        }
    }

    private static AdminException Refusal(Uri page, HttpStatusCode status, string text)
    {
        return new AdminException(
            $"{page} answered {(int)status}: {ReasonIn(text)}", status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden);
    }

    private static string ReasonIn(string text)
    {
        try
        {
            var problem = JsonElement.Parse(text);
            return problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty("error", out JsonElement error)
                ? error.ToString()
                : text.Trim();
        }
        catch (JsonException)
        {
            return text.Trim(); // the page of another program, or of an earlier version
        }
    }
}
