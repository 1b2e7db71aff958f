using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RendezvousCluster.Libp2p.Metrics;
using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Management;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Tests.Management;

/// <summary>
/// The metrics of a server that has just started and served nobody: every series that it will ever have is there, those of counters at
/// zero. A series that appears with its first event, at 1, has never grown for an alert. Histograms are left out: they appear with their
/// first measurement.
/// </summary>
[Collection(WholeServerCollection.Name)]
public sealed partial class SeriesAtZeroTests : IAsyncLifetime, IDisposable
{
    private const string UpdateVariable = "UPDATE_EXPECTED";

    private readonly string _data = Directory.CreateTempSubdirectory("rendezvous-series-").FullName;
    private readonly IHost _server;
    private readonly HttpClient _http = new();

    public SeriesAtZeroTests() => _server = ServerHost.Create(new ServerOptions
    {
        DataDirectory = _data,
        Listen = ["/ip4/127.0.0.1/tcp/0"],
        Management = "127.0.0.1:0",
    });

    public Task InitializeAsync() => _server.StartAsync().Within(TimeSpan.FromMinutes(1), "the server to start");

    public Task DisposeAsync() => _server.StopAsync().Within(TimeSpan.FromMinutes(1), "the server to stop");

    public void Dispose()
    {
        _server.Dispose();
        _http.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task A_server_that_has_just_started_shows_every_series()
    {
        string metrics = await MetricsAsync();

        string actual = string.Concat(Series(metrics).Select(series => series.Name + "\n").Order(StringComparer.Ordinal));
        string path = ExpectedPath();
        if (Environment.GetEnvironmentVariable(UpdateVariable) is { Length: > 0 })
        {
            await File.WriteAllTextAsync(path, actual);
        }

        string expected = await File.ReadAllTextAsync(path);
        Assert.True(
            expected == actual,
            $"{path} differs. If the change is wanted, run with {UpdateVariable}=1 and commit the file.\n"
            + string.Join('\n', expected.Split('\n').Except(actual.Split('\n')).Select(line => "- " + line)
                .Concat(actual.Split('\n').Except(expected.Split('\n')).Select(line => "+ " + line))));
    }

    [Fact]
    public async Task Counters_of_what_peers_do_begin_at_zero_and_the_first_failure_makes_them_grow()
    {
        string metrics = await MetricsAsync();

        (string Name, double Value)[] counters = [.. Series(metrics).Where(series => OfPeers().IsMatch(series.Name))];
        Assert.Contains(
            "rendezvous_server_requests_total{kind=\"register\",status=\"unavailable\"}", counters.Select(series => series.Name));
        Assert.All(counters, series => Assert.Equal((series.Name, 0), (series.Name, series.Value)));
    }

    [Fact]
    public async Task Nothing_was_counted_in_a_series_that_nobody_named()
    {
        await MetricsAsync();

        Assert.DoesNotContain(
            SeriesCounter.Undeclared,
            series => series.StartsWith("rendezvous.", StringComparison.Ordinal) || series.StartsWith("libp2p.", StringComparison.Ordinal));
    }

    // Labels in the order of their names; the scope of the exporter is not ours.
    private static IEnumerable<(string Name, double Value)> Series(string metrics)
    {
        string[] histograms = [.. Histogram().Matches(metrics).Select(match => match.Groups[1].Value)];
        foreach (Match line in Line().Matches(metrics))
        {
            string name = line.Groups[1].Value;
            if (!Array.Exists(histograms, histogram => name.StartsWith(histogram + "_", StringComparison.Ordinal)))
            {
                string[] labels = [.. Label().Matches(line.Groups[2].Value).Select(match => match.Value)
                    .Where(label => !label.StartsWith("otel_", StringComparison.Ordinal))
                    .Select(label => OfBuild().Replace(label, "$1=\"…\"")).Order(StringComparer.Ordinal)];
                yield return (
                    labels.Length == 0 ? name : $"{name}{{{string.Join(',', labels)}}}",
                    double.Parse(line.Groups[3].Value, CultureInfo.InvariantCulture));
            }
        }
    }

    private static string ExpectedPath([CallerFilePath] string callerPath = "") =>
        Path.Combine(Path.GetDirectoryName(callerPath)!, "Expected", "series.txt");

    [GeneratedRegex(@"^# TYPE ((?:rendezvous|libp2p)_[a-z0-9_]+) histogram", RegexOptions.Multiline)]
    private static partial Regex Histogram();

    [GeneratedRegex(@"^((?:rendezvous|libp2p)_[a-z0-9_]+)(?:\{([^}]*)\})? ([0-9.eE+-]+)", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex(@"^(version|runtime)=""[^""]+""$")]
    private static partial Regex OfBuild();

    [GeneratedRegex(@"\w+=""[^""]*""")]
    private static partial Regex Label();

    // The node itself asks and moves shards when it starts.
    [GeneratedRegex(
        @"^(?:rendezvous_server_(?:requests|stream)|libp2p_"
        + "|rendezvous_registry_(?:refusals|holes|ledger|writes|snapshots|deletions|recoveries_failed))")]
    private static partial Regex OfPeers();

    private Task<string> MetricsAsync()
    {
        ManagementEndpoint management = _server.Services.GetServices<IHostedService>().OfType<ManagementEndpoint>().Single();
        return _http.GetStringAsync(new Uri(management.Address + "/metrics")).Within();
    }
}
