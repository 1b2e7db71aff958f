using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Management;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.Management;

/// <summary>A whole server with a peer at its socket: what the page Monitor says about its metrics, and the metrics.</summary>
[Collection(WholeServerCollection.Name)]
public sealed partial class DocumentedMetricsTests : IAsyncLifetime, IDisposable
{
    // A node that nobody can join has none; the tests of TLS between nodes have them.
    private static readonly string[] OfCertificates =
        ["rendezvous_cluster_certificate_left_days", "rendezvous_certificate_left_days"];

    private readonly string _data = Directory.CreateTempSubdirectory("rendezvous-metrics-").FullName;
    private readonly TestPeer _peer = new();
    private readonly IHost _server;
    private readonly Libp2pHost _client;
    private readonly HttpClient _http = new();

    public DocumentedMetricsTests()
    {
        _server = ServerHost.Create(new ServerOptions
        {
            DataDirectory = _data,
            Listen = ["/ip4/127.0.0.1/tcp/0"],
            Management = "127.0.0.1:0",
        });
        _client = new Libp2pHost(new Libp2pOptions { Identity = _peer.KeyPair }, []);
    }

    public Task InitializeAsync() => _server.StartAsync().Within(TimeSpan.FromMinutes(1), "the server to start");

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.StopAsync().Within(TimeSpan.FromMinutes(1), "the server to stop");
    }

    public void Dispose()
    {
        _server.Dispose();
        _http.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task The_page_documents_exactly_the_metrics_that_are_served()
    {
        await RegisterAsync();

        await Eventually.EqualAsync(string.Join('\n', Documented()), async () => string.Join('\n', NamesIn(await MetricsAsync())));
    }

    [Fact]
    public async Task The_metrics_follow_what_a_peer_does()
    {
        await using Libp2pStream stream = await RegisterAsync();

        string metrics = await MetricsAsync();
        Assert.Equal(1, Value(metrics, "rendezvous_server_requests_total", "kind=\"register\"", "status=\"ok\""));
        Assert.Equal(1, Value(metrics, "rendezvous_registry_registrations"));
        Assert.InRange(Value(metrics, "rendezvous_registry_namespaces_awake"), 1, 32); // those that readiness asks for are others
        Assert.Equal(1, Value(metrics, "rendezvous_registry_commit_duration_seconds_count"));
        Assert.Equal(2, Value(metrics, "rendezvous_registry_commit_events_sum"));
        Assert.Equal(1, Value(metrics, "rendezvous_cluster_members", "state=\"up\""));
        Assert.Equal(0, Value(metrics, "rendezvous_cluster_members", "state=\"unreachable\""));

        // The client is in the same process, so each connection has both its ends here.
        Assert.Equal(1, Value(metrics, "libp2p_connections", "direction=\"inbound\""));
        Assert.Equal(1, Value(metrics, "libp2p_connections", "direction=\"outbound\""));
        Assert.InRange(Value(metrics, "libp2p_streams", "direction=\"inbound\""), 1, 4);

        await _client.DisposeAsync();
        await Eventually.EqualAsync((0, 0), async () =>
        {
            string after = await MetricsAsync();
            return ((int)Value(
                after, "libp2p_connections", "direction=\"inbound\""), (int)Value(after, "libp2p_streams", "direction=\"inbound\""));
        });
    }

    private static string[] Documented([CallerFilePath] string callerPath = "")
    {
        string root = Path.GetDirectoryName(callerPath)!;
        while (!File.Exists(Path.Combine(root, "RendezvousCluster.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        string text = File.ReadAllText(Path.Combine(root, "docs", "operations", "monitor.md"));
        return [.. DocumentedName().Matches(text).Select(match => match.Groups[1].Value).Except(OfCertificates)
            .Order(StringComparer.Ordinal)];
    }

    private static string[] NamesIn(string metrics) =>
        [.. ServedName().Matches(metrics).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];

    private static double Value(string metrics, string name, params string[] tags) => metrics.Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
        .Where(line => tags.All(tag => line.Contains(tag, StringComparison.Ordinal)))
        .Select(line => double.Parse(
            line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[0],
            System.Globalization.CultureInfo.InvariantCulture))
        .Single();

    // A row of the table begins with the name.
    [GeneratedRegex(@"^\| `((?:rendezvous|libp2p)_[a-z0-9_]+)", RegexOptions.Multiline)]
    private static partial Regex DocumentedName();

    [GeneratedRegex(@"^# TYPE ((?:rendezvous|libp2p)_[a-z0-9_]+) ", RegexOptions.Multiline)]
    private static partial Regex ServedName();

    private async Task<Libp2pStream> RegisterAsync()
    {
        Libp2pHost point = _server.Services.GetRequiredService<Libp2pHost>();
        IPeerConnection connection = await _client.DialAsync(point.ListenAddresses[0].WithPeerId(point.PeerId)).Within();
        Libp2pStream stream = await connection.OpenStreamAsync([ProtocolIds.Rendezvous], CancellationToken.None).AsTask().Within();
        var driver = new RendezvousDriver(stream, () => stream.CloseWriteAsync());
        RegisterResponse response = await driver.AskAsync<RegisterResponse>(RawRequests.Register("chat"u8.ToArray(), _peer.Record()));
        Assert.Equal(RendezvousStatus.Ok, response.Status);
        return stream;
    }

    private Task<string> MetricsAsync()
    {
        ManagementEndpoint management = _server.Services.GetServices<IHostedService>().OfType<ManagementEndpoint>().Single();
        return _http.GetStringAsync(new Uri(management.Address + "/metrics")).Within();
    }
}
