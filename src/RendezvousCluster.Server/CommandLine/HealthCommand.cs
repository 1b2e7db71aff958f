using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.CommandLine;

/// <summary>
/// <c>rendezvous-server health</c>: asks the server that runs here whether it is ready, for supervisors and for containers whose image has no HTTP client.
/// It reads the same settings as the server, so that it needs no arguments where those come from files and environment variables.
/// </summary>
internal static class HealthCommand
{
    /// <summary>How long it waits for an answer. A server that takes longer for this serves nobody.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Longest answer that is read, in bytes; ours have a line. Who else may have taken the port is not known.</summary>
    private const int MaxAnswerBytes = 16 * 1024;

    /// <summary>The sub-command; it shares these two options with the server's own.</summary>
    public static Command Create(Option<string> config, Option<string> management)
    {
        var command = new Command("health", "Ask the server that runs here with the same --management whether it is ready; exit code 0 if so, else 1.")
        {
            config, management,
        };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(config), result.GetValue(management), cancellationToken));
        return command;
    }

    /// <summary>Asks <c>/readyz</c> of a server; one that serves it on every address of the machine is asked on loopback.</summary>
    /// <returns>Null when it is ready, else a sentence that says why it is not known to be.</returns>
    public static async Task<string?> AskAsync(IPEndPoint management, TimeSpan patience, CancellationToken cancellationToken)
    {
        var page = new Uri($"http://{Reachable(management)}/readyz");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = patience, MaxResponseContentBufferSize = MaxAnswerBytes };
        try
        {
            using HttpResponseMessage response = await client.GetAsync(page, cancellationToken);
            string text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode ? null
                : response.StatusCode == HttpStatusCode.ServiceUnavailable ? $"Not ready: {VisibleText.Of(text.Trim().TrimEnd('.'))}."
                : $"Not ready: {page} answered {(int)response.StatusCode}, {VisibleText.Of(text.Trim())}.";
        }
        catch (HttpRequestException exception)
        {
            return $"Not ready: {page} cannot be reached: {exception.Message}";
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"Not ready: {page} did not answer within {patience.TotalSeconds} s.";
        }
    }

    private static async Task<int> RunAsync(string? config, string? management, CancellationToken cancellationToken)
    {
        try
        {
            using var configuration = new ConfigurationManager();
            ServerConfiguration.Add(configuration, config);
            management ??= ServerConfiguration.Bind(configuration).Management;
        }
        catch (ServerStartException exception)
        {
            return await ServerCommand.FailAsync(exception.Message);
        }

        management ??= ServerOptions.DefaultManagement;
        if (!IPEndPoint.TryParse(management, out IPEndPoint? endpoint))
        {
            return await ServerCommand.FailAsync(management is ServerOptions.NoManagement
                ? $"Health is served nowhere: --management is {ServerOptions.NoManagement}."
                : $"management: '{management}' is no address and port.");
        }

        if (await AskAsync(endpoint, Patience, cancellationToken) is { } reason)
        {
            return await ServerCommand.FailAsync(reason);
        }

        await Console.Out.WriteLineAsync("ready");
        return ServerCommand.Success;
    }

    private static IPEndPoint Reachable(IPEndPoint bound)
    {
        bool everywhere = bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any);
        IPAddress loopback = bound.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        return everywhere ? new IPEndPoint(loopback, bound.Port) : bound;
    }
}
