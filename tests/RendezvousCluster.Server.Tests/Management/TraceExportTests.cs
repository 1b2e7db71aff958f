using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Server.FrontEnd;
using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Management;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Testing.Rendezvous;
using RendezvousCluster.Testing.Traces;

namespace RendezvousCluster.Server.Tests.Management;

/// <summary>A whole server, a peer at its socket, and a collector that the test plays.</summary>
[Collection(WholeServerCollection.Name)]
public sealed class TraceExportTests : IAsyncLifetime, IDisposable
{
    private const string Namespace = "a-name-that-nobody-should-read";

    /// <summary>Far more than a test causes.</summary>
    private const int MaxDeliveries = 100;

    /// <summary>So short that what remains of <see cref="ExportersOwnTimeout"/> is for a loaded machine.</summary>
    private static readonly TimeSpan ShortDelivery = TimeSpan.FromMilliseconds(100);

    /// <summary>How long an exporter waits for a collector that is given no other limit.</summary>
    private static readonly TimeSpan ExportersOwnTimeout = TimeSpan.FromSeconds(10);

    private readonly string _data = Directory.CreateTempSubdirectory("rendezvous-traces-").FullName;
    private readonly TestPeer _peer = new();
    private readonly TestTrace _traces = new();
    private readonly Channel<(string Path, string Body)> _delivered = Channel.CreateBounded<(string, string)>(MaxDeliveries);
    private readonly WebApplication _collector;
    private readonly Libp2pHost _client;
    private IHost? _server;

    public TraceExportTests()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _collector = builder.Build();
        _collector.Run(KeepAsync);
        _client = new Libp2pHost(new Libp2pOptions { Identity = _peer.KeyPair }, []);
    }

    public async Task InitializeAsync()
    {
        await _collector.StartAsync().Within();
        _server = ServerHost.Create(new ServerOptions
        {
            DataDirectory = _data,
            Listen = ["/ip4/127.0.0.1/tcp/0"],
            TraceEndpoint = _collector.Urls.First(),
        });
        await _server.StartAsync().Within(TimeSpan.FromMinutes(1), "the server to start");
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await StopServerAsync();
        await _collector.DisposeAsync();
    }

    public void Dispose()
    {
        _server?.Dispose();
        _traces.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task A_request_is_one_trace_from_its_stream_to_its_commit()
    {
        await RegisterAsync();

        await Eventually.EqualAsync(true, () => Mine() is not null);
        Activity request = Mine()!;
        Assert.Equal(("register", ActivityKind.Server), (request.OperationName, request.Kind));
        Assert.Equal("register", request.GetTagItem(RequestTracing.KindTag));
        Assert.Equal("ok", request.GetTagItem(RequestTracing.StatusTag));
        Assert.Equal(RequestTracing.HashOf(Encoding.UTF8.GetBytes(Namespace)), request.GetTagItem(RequestTracing.NamespaceTag));

        Activity commit = Assert.Single(_traces.Of(request.TraceId), activity => activity.OperationName == "commit");
        Activity asked = Assert.Single(_traces.Of(request.TraceId), activity => activity.SpanId == commit.ParentSpanId);
        Assert.Equal(("ask", request.SpanId), (asked.OperationName, asked.ParentSpanId));
    }

    [Fact]
    public async Task A_collector_gets_it_at_the_stop_at_the_latest_and_without_the_name()
    {
        await RegisterAsync();

        await StopServerAsync();

        (string path, string body) = await _delivered.Reader.ReadAsync().AsTask().Within();
        Assert.Equal("/v1/traces", path);
        Assert.All((string[])["rendezvous-server", "register", "ask", "commit", _peer.Id.ToString()], word =>
            Assert.Contains(word, body, StringComparison.Ordinal));
        Assert.DoesNotContain(Namespace, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_never_answers_does_not_hold_up_the_stop()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0); // nobody accepts
        silent.Start();
        var options = new Server.Options.ServerOptions { TraceEndpoint = $"http://{silent.LocalEndpoint}" };
        using var export = new TraceExport(Microsoft.Extensions.Options.Options.Create(options)) { Delivery = ShortDelivery };
        await export.StartAsync(CancellationToken.None).Within();
        _traces.Begin().Dispose();

        var stopping = Stopwatch.StartNew();
        await export.StopAsync(CancellationToken.None).Within();

        Assert.InRange(stopping.Elapsed, TimeSpan.Zero, ExportersOwnTimeout);
    }

    [Fact]
    public async Task A_collector_gets_it_though_the_server_has_no_time_left_to_stop()
    {
        await RegisterAsync();

        // The host hands such a token to the last services when the first ones took all its time. None of them may throw for that.
        await _server!.StopAsync(new CancellationToken(canceled: true)).Within(TimeSpan.FromMinutes(1), "the server to stop");

        (string path, _) = await _delivered.Reader.ReadAsync().AsTask().Within();
        Assert.Equal("/v1/traces", path);
    }

    [Theory]
    [InlineData("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces")]
    [InlineData("https://collector.example/", "https://collector.example/v1/traces")]
    [InlineData("https://collector.example/tenant/traces", "https://collector.example/tenant/traces")]
    public void A_bare_address_stands_for_the_usual_path(string endpoint, string wanted) =>
        Assert.Equal(wanted, TraceExport.PathFor(new Uri(endpoint)).ToString());

    private Activity? Mine() =>
        _traces.Ended.FirstOrDefault(activity => _peer.Id.ToString().Equals(activity.GetTagItem(RequestTracing.PeerTag)));

    private async Task KeepAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _delivered.Writer.TryWrite((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
    }

    private Task StopServerAsync() => _server?.StopAsync().Within(TimeSpan.FromMinutes(1), "the server to stop") ?? Task.CompletedTask;

    private async Task RegisterAsync()
    {
        Libp2pHost point = _server!.Services.GetRequiredService<Libp2pHost>();
        IPeerConnection connection = await _client.DialAsync(point.ListenAddresses[0].WithPeerId(point.PeerId)).Within();
        await using Libp2pStream stream =
            await connection.OpenStreamAsync([ProtocolIds.Rendezvous], CancellationToken.None).AsTask().Within();
        var driver = new RendezvousDriver(stream, () => stream.CloseWriteAsync());
        RegisterResponse response =
            await driver.AskAsync<RegisterResponse>(RawRequests.Register(Encoding.UTF8.GetBytes(Namespace), _peer.Record()));
        Assert.Equal(RendezvousStatus.Ok, response.Status);
    }
}
