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
            Microsoft.Extensions.Options.Options.Create(options),
            TestHealthPage.Of(registry),
            metrics,
            NullLogger<ManagementEndpoint>.Instance);
        await server.StartAsync(CancellationToken.None).Within();
        var bound = new IPEndPoint(IPEndPoint.Parse(management).Address, new Uri(server.Address!).Port);

        registry.Reason = "the database has not answered since noon";
        Assert.Equal(new HealthNews(false, "Not ready: the database has not answered since noon."), await AskAsync(bound));
        HealthNews asJson = await AskAsync(bound, asJson: true);
        Assert.Equal((false, true), (asJson.IsReady, asJson.IsJson));
        Assert.Contains("\"cause\":\"the database has not answered since noon\"", asJson.Text, StringComparison.Ordinal);
        registry.Reason = "evil \u001b]0;title\u0007 \u202e" + new string('x', 20_000);
        Assert.Contains("Not ready: ", (await AskAsync(bound)).Text, StringComparison.Ordinal); // longer than it reads
        registry.Reason = registry.Reason[..1_000];
        Assert.Matches("^Not ready: evil \\\\u001b\\]0;title\\\\u0007 \\\\u202ex+\\.$", (await AskAsync(bound)).Text);
        registry.IsReady = true;
        registry.Remark = "3 shards are silent";
        Assert.Equal(new HealthNews(true, "ready, but 3 shards are silent"), await AskAsync(bound));
        Assert.StartsWith("{\"ready\":true,\"status\":\"degraded\"", (await AskAsync(bound, asJson: true)).Text, StringComparison.Ordinal);

        await server.StopAsync(CancellationToken.None).Within();
        Assert.Contains("cannot be reached", (await AskAsync(bound, asJson: true)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_gives_up_on_a_server_that_does_not_answer()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        HealthNews news = await HealthCommand.AskAsync(
            (IPEndPoint)silent.LocalEndpoint, asJson: false, TimeSpan.FromMilliseconds(50), CancellationToken.None).Within();

        Assert.Contains("did not answer", news.Text, StringComparison.Ordinal);
    }

    private static Task<HealthNews> AskAsync(IPEndPoint management, bool asJson = false) =>
        HealthCommand.AskAsync(management, asJson, TestTimeouts.Default, CancellationToken.None).Within();
}
