using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using RendezvousCluster.Server.CommandLine;
using RendezvousCluster.Server.Management;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Server.Tests.Management;

namespace RendezvousCluster.Server.Tests.CommandLine;

public sealed class HealthCommandTests
{
    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("0.0.0.0:0")]
    public async Task The_command_says_ready_or_not_ready(string management)
    {
        var registry = new FakeReadiness();
        using MeterProvider metrics = Sdk.CreateMeterProviderBuilder().AddPrometheusExporter().Build();
        var options = new ServerOptions { Management = management };
        await using var server = new ManagementEndpoint(
            Microsoft.Extensions.Options.Options.Create(options), registry, metrics, NullLogger<ManagementEndpoint>.Instance);
        await server.StartAsync(CancellationToken.None).Within();
        var bound = new IPEndPoint(IPEndPoint.Parse(management).Address, new Uri(server.Address!).Port);

        registry.Reason = "the database has not answered since noon";
        Assert.Equal("Not ready: the database has not answered since noon.", await AskAsync(bound));
        registry.Reason = "evil \u001b]0;title\u0007 \u202e" + new string('x', 2_000);
        Assert.Matches("^Not ready: evil \\\\u001b\\]0;title\\\\u0007 \\\\u202ex+…\\.$", await AskAsync(bound));
        registry.IsReady = true;
        Assert.Null(await AskAsync(bound));

        await server.StopAsync(CancellationToken.None).Within();
        Assert.Contains("cannot be reached", await AskAsync(bound), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_gives_up_on_a_server_that_does_not_answer()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        string? reason = await HealthCommand.AskAsync(
            (IPEndPoint)silent.LocalEndpoint, TimeSpan.FromMilliseconds(50), CancellationToken.None).Within();

        Assert.Contains("did not answer", reason, StringComparison.Ordinal);
    }

    private static Task<string?> AskAsync(IPEndPoint management) =>
        HealthCommand.AskAsync(management, TestTimeouts.Default, CancellationToken.None).Within();
}
