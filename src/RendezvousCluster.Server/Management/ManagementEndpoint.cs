using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using RendezvousCluster.Libp2p.Metrics;
using RendezvousCluster.Server.Management.Admin;
using RendezvousCluster.Server.Management.Health;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Management;

/// <summary>
/// Health and metrics over HTTP, apart from the addresses that peers use: <c>/healthz</c> (the process serves requests), <c>/readyz</c>
/// (this node serves peers; else 503 and why not, <see cref="HealthPage"/>), <c>/metrics</c> (Prometheus text), and the
/// <see cref="AdminApi"/>. It starts before the registry, so that an orchestrator sees a slow start as not ready rather than as dead.
/// </summary>
internal sealed partial class ManagementEndpoint(
    IOptions<ServerOptions> options,
    HealthPage health,
    MeterProvider metrics,
    ILogger<ManagementEndpoint> logger,
    string defaultAddress = ServerOptions.DefaultManagement,
    AdminApi? admin = null) : IHostedLifecycleService, IAsyncDisposable
{
    private const string AnyPort = "127.0.0.1:0";

    private readonly ManagementSockets _sockets = new(logger);
    private WebApplication? _application;
    private bool _isElsewhere;

    /// <summary>Where it really listens, as a URL; null when it is not served.</summary>
    public string? Address => _application?.Urls.First();

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        string? management = options.Value.Management;
        if (management is ServerOptions.NoManagement)
        {
            return;
        }

        try
        {
            _application = await ListenAsync(management ?? defaultAddress, cancellationToken);
            LogServing(logger, Address!);
        }
        catch (IOException) when (management is null)
        {
            // Nobody asked for that port; and a second server on a machine, for a trial or a test, must start as well.
            _application = await ListenAsync(AnyPort, cancellationToken);
            _isElsewhere = true;
        }
        catch (IOException exception)
        {
            throw new ServerStartException($"Health and metrics cannot be served on {management}: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Tells where it is if that is not where one would look; not before all has started, since a failed start prints one line only.
    /// </summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (_isElsewhere)
        {
            LogServingElsewhere(logger, Address!, defaultAddress);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _application?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await (_application?.DisposeAsync() ?? ValueTask.CompletedTask);
        _sockets.Dispose();
    }

    private async Task<WebApplication> ListenAsync(string address, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IConnectionListenerFactory>(_sockets.Factory);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPEndPoint.Parse(address)));
        WebApplication application = builder.Build();
        application.Use(next => context =>
        {
            SeriesCounter.ShowAll();
            return next(context);
        });
        application.Use(ManagementSockets.ServeOneRequest);
        application.UseOpenTelemetryPrometheusScrapingEndpoint(
            metrics, predicate: null, path: "/metrics", configureBranchedPipeline: null, optionsName: null);
        if (admin is not null)
        {
            admin.Prepare();
            application.Use(next => context => admin.ServeAsync(context, next));
        }

        application.Run(AnswerAsync);
        try
        {
            await application.StartAsync(cancellationToken);
            return application;
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == HealthPage.Path)
        {
            return health.ServeAsync(context);
        }

        (int status, string text) = context.Request.Path.Value switch
        {
            "/healthz" => (StatusCodes.Status200OK, "alive"),
            _ => (StatusCodes.Status404NotFound, admin is null
                ? "there is /healthz, /readyz and /metrics"
                : $"there is /healthz, /readyz, /metrics, and {AdminApi.Root} for operators"),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }

    [LoggerMessage(3100, LogLevel.Information, "Health and metrics are served on {Address}")]
    private static partial void LogServing(ILogger logger, string address);

    [LoggerMessage(
        3101,
        LogLevel.Warning,
        "Health and metrics are served on {Address}, because {Default} is taken; name a port with --management, or none")]
    private static partial void LogServingElsewhere(ILogger logger, string address, string @default);
}
