using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using RendezvousCluster.Server.Management;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Server.Tests.Management;

public sealed class ManagementEndpointTests : IAsyncLifetime, IDisposable
{
    private readonly Meter _meter = new("RendezvousCluster.ManagementEndpointTests");
    private readonly MeterProvider _metrics;
    private readonly FakeReadiness _registry = new();
    private readonly ManagementEndpoint _endpoint;
    private readonly HttpClient _client = new();

    public ManagementEndpointTests()
    {
        _metrics = Sdk.CreateMeterProviderBuilder().AddMeter(_meter.Name).AddPrometheusExporter().Build();
        _endpoint = Create("127.0.0.1:0");
    }

    public Task InitializeAsync() => _endpoint.StartAsync(CancellationToken.None).Within();

    public async Task DisposeAsync()
    {
        await _endpoint.StopAsync(CancellationToken.None).Within();
        await _endpoint.DisposeAsync();
    }

    public void Dispose()
    {
        _client.Dispose();
        _metrics.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public async Task The_node_is_alive_even_while_the_registry_is_not_ready()
    {
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/healthz")).StatusCode);
    }

    [Fact]
    public async Task The_node_is_ready_when_the_registry_is()
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync("/readyz")).StatusCode);
        _registry.IsReady = true;
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/readyz")).StatusCode);
        Assert.Equal("ready\n", await (await GetAsync("/readyz")).Content.ReadAsStringAsync());
        _registry.Remark = "3 shards are silent";
        Assert.Equal("ready, but 3 shards are silent\n", await (await GetAsync("/readyz")).Content.ReadAsStringAsync());
        _registry.Remark = null;
        _registry.IsReady = false;
        _registry.Reason = "this node is stopping";
        HttpResponseMessage stopping = await GetAsync("/readyz");
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "this node is stopping\n"),
            (stopping.StatusCode, await stopping.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task The_endpoint_serves_metrics_in_prometheus_text()
    {
        _meter.CreateCounter<long>("test.requests").Add(3, new KeyValuePair<string, object?>("status", "ok"));

        string text = await (await GetAsync("/metrics")).Content.ReadAsStringAsync().Within();

        Assert.Contains("test_requests_total", text, StringComparison.Ordinal);
        Assert.Contains("status=\"ok\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_endpoint_has_no_other_page()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task A_taken_port_is_a_start_failure_that_names_it()
    {
        string taken = new Uri(_endpoint.Address!).Authority;
        await using ManagementEndpoint second = Create(taken);

        ServerStartException failure =
            await Assert.ThrowsAsync<ServerStartException>(() => second.StartAsync(CancellationToken.None).Within());

        Assert.Contains(taken, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_word_it_is_served_on_the_default_address_and_elsewhere_on_loopback_if_that_is_taken()
    {
        string taken = new Uri(_endpoint.Address!).Authority;
        await using ManagementEndpoint second = Create(management: null, defaultAddress: taken);

        await second.StartAsync(CancellationToken.None).Within();

        var elsewhere = new Uri(second.Address!);
        Assert.NotEqual(taken, elsewhere.Authority);
        Assert.True(elsewhere.IsLoopback);
        await _endpoint.StopAsync(CancellationToken.None).Within();
        await using ManagementEndpoint third = Create(management: null, defaultAddress: taken);
        await third.StartAsync(CancellationToken.None).Within();
        Assert.Equal(taken, new Uri(third.Address!).Authority);
    }

    [Fact]
    public void The_default_address_is_loopback() =>
        Assert.True(IPAddress.IsLoopback(IPEndPoint.Parse(ServerOptions.DefaultManagement).Address));

    [Fact]
    public async Task An_endpoint_that_is_switched_off_serves_nothing()
    {
        await using ManagementEndpoint off = Create(ServerOptions.NoManagement);

        await off.StartAsync(CancellationToken.None).Within();

        Assert.Null(off.Address);
    }

    private ManagementEndpoint Create(string? management, string defaultAddress = ServerOptions.DefaultManagement) => new(
        Microsoft.Extensions.Options.Options.Create(new ServerOptions { Management = management }),
        TestHealthPage.Of(_registry),
        _metrics,
        NullLogger<ManagementEndpoint>.Instance,
        defaultAddress);

    private Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(_endpoint.Address + path)).Within();
}
