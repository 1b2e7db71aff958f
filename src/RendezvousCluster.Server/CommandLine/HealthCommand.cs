using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Server.Settings;

namespace RendezvousCluster.Server.CommandLine;

/// <summary>
/// <c>rendezvous-server health</c>: asks the server that runs here whether it is ready, for supervisors and for containers whose image has
/// no HTTP client.
/// It reads the same settings as the server, so that it needs no arguments where those come from files and environment variables.
/// </summary>
internal static class HealthCommand
{
    /// <summary>How long it waits for an answer. A server that takes longer for this serves nobody.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Longest answer that it reads, in bytes; a server of ours sends a line. Another program may have taken the port.</summary>
    private const int MaxAnswerBytes = 16 * 1024;

    /// <summary>The sub-command; it shares two options with the server's own.</summary>
    public static Command Create(SettingOptions options)
    {
        var json = new Option<bool>("--json") { Description = "Print all checks: name, status, cause and since when." };
        var command = new Command(
            "health", "Ask the server that runs here with the same --management whether it is ready; exit code 0 if so, else 1.")
        {
            options.Config, options.OptionOf(nameof(ServerOptions.Management)), json,
        };
        command.SetAction((result, cancellationToken) =>
            RunAsync(SettingsReading.Of(options.Read(result)), result.GetValue(json), cancellationToken));
        return command;
    }

    /// <summary>Asks <c>/readyz</c> of a server; one that serves it on every address of the machine is asked on loopback.</summary>
    /// <returns>
    /// Whether it is ready, and what it answered: a sentence, or, if <paramref name="asJson"/> and it answered at all, JSON.
    /// </returns>
    public static async Task<HealthNews> AskAsync(
        IPEndPoint management, bool asJson, TimeSpan waitingTime, CancellationToken cancellationToken)
    {
        var page = new Uri($"http://{Reachable(management)}/readyz{(asJson ? "?format=json" : string.Empty)}");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            Timeout = waitingTime, MaxResponseContentBufferSize = MaxAnswerBytes,
        };
        try
        {
            using HttpResponseMessage response = await client.GetAsync(page, cancellationToken);
            string text = VisibleText.Of((await response.Content.ReadAsStringAsync(cancellationToken)).Trim(), MaxAnswerBytes);
            bool isOurs = response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.ServiceUnavailable;
            return asJson && isOurs ? new HealthNews(response.IsSuccessStatusCode, text, IsJson: true)
                : response.IsSuccessStatusCode ? new HealthNews(true, text)
                : isOurs ? new HealthNews(false, $"Not ready: {text.TrimEnd('.')}.")
                : new HealthNews(false, $"Not ready: {page} answered {(int)response.StatusCode}, {text}.");
        }
        catch (HttpRequestException exception)
        {
            return new HealthNews(false, $"Not ready: {page} cannot be reached: {exception.Message}");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HealthNews(false, $"Not ready: {page} did not answer within {waitingTime.TotalSeconds} s.");
        }
    }

    // This command does not know the options of the server: whether all settings go together is the server's own business.
    private static async Task<int> RunAsync(SettingsReading settings, bool asJson, CancellationToken cancellationToken)
    {
        if (settings.Faults.Count > 0)
        {
            return await ProgramEnd.FailAsync(string.Join(' ', settings.Faults));
        }

        string management = settings.Options.Management ?? ServerOptions.DefaultManagement;
        if (!IPEndPoint.TryParse(management, out IPEndPoint? endpoint))
        {
            return await ProgramEnd.FailAsync($"Health is served nowhere: --management is {management}.");
        }

        HealthNews news = await AskAsync(endpoint, asJson, AnswerTimeout, cancellationToken);
        if (!news.IsReady && !news.IsJson)
        {
            return await ProgramEnd.FailAsync(news.Text);
        }

        await Console.Out.WriteLineAsync(news.Text);
        return news.IsReady ? ProgramEnd.Success : ProgramEnd.Failure;
    }

    private static IPEndPoint Reachable(IPEndPoint bound)
    {
        bool everywhere = bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any);
        IPAddress loopback = bound.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        return everywhere ? new IPEndPoint(loopback, bound.Port) : bound;
    }
}
