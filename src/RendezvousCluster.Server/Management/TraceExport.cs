using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Management;

/// <summary>
/// Sends traces of requests to a collector, by OTLP over HTTP, when <see cref="ServerOptions.TraceEndpoint"/> names one. If none is named
/// nobody listens to the sources of traces, and they cost nothing. A collector that is away costs traces and nothing else.
/// </summary>
internal sealed class TraceExport(IOptions<ServerOptions> options) : IHostedService, IDisposable
{
    /// <summary>One delivery may take this long. The last one is part of the server's stop, so it is short.</summary>
    internal static readonly TimeSpan DeliveryTimeout = TimeSpan.FromSeconds(2);

    private TracerProvider? _provider;

    /// <summary><see cref="DeliveryTimeout"/>, but for tests.</summary>
    internal TimeSpan Delivery { get; init; } = DeliveryTimeout;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.TraceEndpoint is { } endpoint)
        {
            _provider = Sdk.CreateTracerProviderBuilder()
                .AddSource("RendezvousCluster.*")
                .ConfigureResource(ServiceIdentity.Describe)
                .AddOtlpExporter(otlp =>
                {
                    otlp.Protocol = OtlpExportProtocol.HttpProtobuf;
                    otlp.Endpoint = PathFor(new Uri(endpoint));
                    otlp.TimeoutMilliseconds = (int)Delivery.TotalMilliseconds;
                })
                .Build();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        // The traces that still wait go out now; that blocks, so not on the thread that stops the host. It is tried even if the host has no
        // time left: others took it, and a delivery is bounded by itself.
        return _provider is { } provider
            ? Task.Run(() => provider.Shutdown((int)Delivery.TotalMilliseconds), CancellationToken.None)
            : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _provider?.Dispose();

    /// <summary>Where traces go: a collector's bare address stands for its usual path.</summary>
    internal static Uri PathFor(Uri endpoint) => endpoint.AbsolutePath == "/" ? new Uri(endpoint, "/v1/traces") : endpoint;
}
