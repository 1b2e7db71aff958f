using System.Net;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Management;

/// <summary>
/// Health and figures over HTTP, apart from the addresses that peers use: <c>/healthz</c> (the process serves requests), <c>/readyz</c> (the registry answers;
/// before that, and while it stops, 503), <c>/metrics</c> (Prometheus text). It starts before the registry, so that an orchestrator sees a slow start as not ready
/// rather than as dead.
/// </summary>
internal sealed partial class ManagementEndpoint(
    IOptions<ServerOptions> options, IRegistryReadiness registry, MeterProvider metrics, ILogger<ManagementEndpoint> logger) : IHostedService, IAsyncDisposable
{
    private WebApplication? _application;

    /// <summary>Where it really listens, as a URL; null when it is not served.</summary>
    public string? Address => _application?.Urls.First();

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Management is not { } management)
        {
            return;
        }

        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPEndPoint.Parse(management)));
        _application = builder.Build();
        _application.UseOpenTelemetryPrometheusScrapingEndpoint(
            metrics, predicate: null, path: "/metrics", configureBranchedPipeline: null, optionsName: null);
        _application.Run(AnswerAsync);
        try
        {
            await _application.StartAsync(cancellationToken);
        }
        catch (IOException exception)
        {
            throw new ServerStartException($"Health and metrics cannot be served on {management}: {exception.Message}", exception);
        }

        LogServing(logger, Address!);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _application?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Task AnswerAsync(HttpContext context)
    {
        (int status, string text) = context.Request.Path.Value switch
        {
            "/healthz" => (StatusCodes.Status200OK, "alive"),
            "/readyz" when registry.IsReady => (StatusCodes.Status200OK, "ready"),
            "/readyz" => (StatusCodes.Status503ServiceUnavailable, "the registry does not answer yet, or is stopping"),
            _ => (StatusCodes.Status404NotFound, "there is /healthz, /readyz and /metrics"),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }

    [LoggerMessage(3100, LogLevel.Information, "Health and metrics are served on {Address}")]
    private static partial void LogServing(ILogger logger, string address);
}
