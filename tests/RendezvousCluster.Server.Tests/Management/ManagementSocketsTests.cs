using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using RendezvousCluster.Server.Management;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Tests.Management;

/// <summary>A neighbour on the host, or in the private network, who holds connections to the management endpoint.</summary>
public sealed class ManagementSocketsTests : IAsyncLifetime, IDisposable
{
    private readonly MeterProvider _metrics = Sdk.CreateMeterProviderBuilder().AddPrometheusExporter().Build();
    private readonly ManagementEndpoint _endpoint;
    private readonly List<Socket> _held = [];

    public ManagementSocketsTests() => _endpoint = new ManagementEndpoint(
        Microsoft.Extensions.Options.Options.Create(new ServerOptions { Management = "127.0.0.1:0" }),
        TestHealthPage.Of(new FakeReadiness()),
        _metrics,
        NullLogger<ManagementEndpoint>.Instance);

    public Task InitializeAsync() => _endpoint.StartAsync(CancellationToken.None).Within();

    public async Task DisposeAsync()
    {
        await _endpoint.StopAsync(CancellationToken.None).Within();
        await _endpoint.DisposeAsync();
    }

    public void Dispose()
    {
        _held.ForEach(socket => socket.Dispose());
        _metrics.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /readyz HTTP/1.1\r\nHos")]
    public async Task Connections_that_send_no_whole_request_keep_nobody_out_and_are_bounded(string begun)
    {
        for (int i = 0; i < 5 * ManagementSockets.MaxConnections; i++)
        {
            Socket socket = await ConnectAsync();
            _held.Add(socket);
            try
            {
                await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(begun));
            }
            catch (SocketException exception)
            {
                // It was put out already.
                Assert.NotNull(exception.Message);
            }
        }

        using var client = new HttpClient();
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri(_endpoint.Address + "/healthz")).Within()).StatusCode);
        }

        await EndAsync(_held[0]);
    }

    [Fact]
    public async Task A_connection_is_closed_after_its_request()
    {
        using Socket socket = await ConnectAsync();

        await socket.SendAsync("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());

        Assert.Contains("alive", await EndAsync(socket), StringComparison.Ordinal);
    }

    private static async Task<string> EndAsync(Socket socket)
    {
        byte[] buffer = new byte[4_096];
        string text = "";
        try
        {
            int received;
            while ((received = await socket.ReceiveAsync(buffer).Within()) > 0)
            {
                text += System.Text.Encoding.ASCII.GetString(buffer, 0, received);
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            text += exception.Message;
        }

        return text;
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(new Uri(_endpoint.Address!).Authority));
        return socket;
    }
}
