using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace RendezvousCluster.Deployment.Alerts;

/// <summary>The rules of alerts by themselves: Prometheus takes them, and they speak of series that a server has.</summary>
public sealed partial class AlertRulesTests : IDisposable
{
    // Histograms appear with their first measurement, certificates on nodes that have them.
    private static readonly string[] NotAtTheStart =
        ["rendezvous_server_request_duration_seconds_bucket", "rendezvous_certificate_left_days"];

    private static readonly string Rules = Path.Combine(Repository.Root, "cluster-config", "observability", "alerts.yml");

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => new(Name().Matches(File.ReadAllText(Rules)).Select(match => match.Groups[1].Value));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Prometheus_takes_the_rules() => await RunAsync("check", "rules", Rules);

    /// <summary>On the series of a node with its fault each one fires, on those of a healthy node none does.</summary>
    [Fact]
    public async Task Every_rule_fires_on_its_fault_and_is_silent_without_it()
    {
        string test = File.ReadAllText(Path.Combine(Here(), "alerts.test.yml"));
        File.Copy(Rules, _folder.File("alerts.yml"));
        await File.WriteAllTextAsync(_folder.File("alerts.test.yml"), test);

        string[] names = [.. Name().Matches(await File.ReadAllTextAsync(Rules)).Select(match => match.Groups[1].Value)];
        Assert.InRange(names.Length, 15, 40);
        Assert.All(names, name => Assert.Equal(
            ["1", "0"],
            Regex.Matches(test, $"alertname=\"{name}\".*\n.*\n.*\n +- value: ([01])\n").Select(match => match.Groups[1].Value)));
        await RunAsync("test", "rules", _folder.File("alerts.test.yml"));
    }

    /// <summary>A rule about a series or a label that no server has would never fire, and the tests above would not notice.</summary>
    [Fact]
    public void Rules_and_their_tests_speak_of_series_that_a_server_has()
    {
        string[] series = File.ReadAllLines(Path.Combine(
            Repository.Root, "tests", "RendezvousCluster.Server.Tests", "Management", "Expected", "series.txt"));
        MatchCollection selectors = Selector().Matches(
            File.ReadAllText(Rules) + File.ReadAllText(Path.Combine(Here(), "alerts.test.yml")));

        Assert.NotEmpty(selectors);
        Assert.All(selectors.Where(selector => !NotAtTheStart.Contains(selector.Groups["name"].Value)), selector =>
        {
            string[] ofName = [.. series.Where(one => one.Split('{')[0] == selector.Groups["name"].Value)];
            Assert.NotEmpty(ofName);
            Assert.All(Label().Matches(selector.Groups["labels"].Value).Where(label => !IsOfPrometheus(label)), label =>
            {
                // Of words with bars between each is looked for; a version is another each time.
                string[] values = label.Groups["name"].Value == "version" ? ["…"] : label.Groups["value"].Value.Split('|');
                Assert.All(values, value => Assert.Contains(
                    ofName, one => one.Contains($"{label.Groups["name"].Value}=\"{value}\"", StringComparison.Ordinal)));
            });
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_alert_has_its_section_with_what_to_look_at_and_what_to_do(string name)
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations", "alerts.md"));

        Assert.Contains(
            $"runbook: docs/operations/alerts.md#{name.ToLowerInvariant()}\n", File.ReadAllText(Rules), StringComparison.Ordinal);
        Assert.Contains($"| [{name}](#{name.ToLowerInvariant()}) |", page, StringComparison.Ordinal);
        string section = page.Split("\n## ").Single(part => part.StartsWith($"{name}\n", StringComparison.Ordinal));
        Assert.Matches(SectionForm(), section);
    }

    [Fact]
    public async Task The_prometheus_of_the_compose_file_loads_them_and_is_not_started_without_its_profile()
    {
        ComposeFile file = await ComposeFile.ReadAsync();
        string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, ComposeFile.Name));

        Assert.DoesNotContain("prometheus", file.Services);
        Assert.Contains("profiles: [observability]", text, StringComparison.Ordinal);
        Assert.Contains("./cluster-config/observability:/etc/prometheus:ro", text, StringComparison.Ordinal);
        await RunAsync("check", "config", Path.Combine(Path.GetDirectoryName(Rules)!, "prometheus.yml"));
    }

    private static bool IsOfPrometheus(Match label) => label.Groups["name"].Value is "job" or "instance" or "le";

    private static string Here([CallerFilePath] string callerPath = "") => Path.GetDirectoryName(callerPath)!;

    private async Task RunAsync(params string[] arguments)
    {
        await using ChildProcess tool = ChildProcess.Start("promtool", "promtool", arguments, _folder.Path);
        var output = new List<string>();
        int exitCode = await tool.ExitAsync();
        while (await tool.ReadLineAsync() is { } line)
        {
            output.Add(line);
        }

        Assert.True(exitCode == 0, string.Join('\n', output) + tool.Errors);
    }

    [GeneratedRegex(@"^\w+\n\n.+\n\n\*\*Look at:\*\* .+\n\n\*\*Do:\*\* .+", RegexOptions.Singleline)]
    private static partial Regex SectionForm();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Name();

    [GeneratedRegex(@"\b(?<name>(?:rendezvous|libp2p)_[a-z0-9_]+)(?:\{(?<labels>[^}]*)\})?")]
    private static partial Regex Selector();

    [GeneratedRegex(@"(?<name>\w+)=~?""(?<value>[^""]*)""")]
    private static partial Regex Label();
}
