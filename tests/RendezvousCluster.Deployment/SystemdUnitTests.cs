using System.Globalization;
using System.Text.RegularExpressions;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Deployment;

/// <summary>
/// The unit of <c>cluster-config/systemd</c>. No systemd runs where the tests run: its own programs read the files, and the server reads
/// what they hand it.
/// </summary>
public sealed partial class SystemdUnitTests : IDisposable
{
    /// <summary>Of ten, by <c>systemd-analyze security</c>; a service that says nothing has 9.6.</summary>
    private const double MaxExposure = 2.0;

    private static readonly string Folder = Path.Combine(Repository.Root, "cluster-config", "systemd");
    private static readonly string Unit = Path.Combine(Folder, "rendezvous.service");
    private static readonly string Cluster = Path.Combine(Folder, "cluster.conf");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_unit_exposes_little()
    {
        string said = await AnalyzeAsync("security", "--offline=true", Unit);

        double exposure = double.Parse(ExposurePattern().Match(said).Groups["level"].Value, CultureInfo.InvariantCulture);
        Assert.InRange(exposure, 0, MaxExposure);
    }

    [Fact]
    public async Task Systemd_understands_every_line_of_the_unit_alone_and_in_a_cluster()
    {
        // The program of the unit is not installed here.
        string unit = _folder.File("rendezvous.service");
        await File.WriteAllTextAsync(unit, ProgramPattern().Replace(await File.ReadAllTextAsync(Unit), "ExecStart=/bin/true "));
        Assert.Empty(await AnalyzeAsync("verify", "--man=no", unit));

        Directory.CreateDirectory(unit + ".d");
        File.Copy(Cluster, Path.Combine(unit + ".d", "cluster.conf"));
        Assert.Empty(await AnalyzeAsync("verify", "--man=no", unit));

        await File.AppendAllTextAsync(unit, "\n[Service]\nNoSuchSetting=yes\n");
        Assert.Contains("NoSuchSetting", await AnalyzeAsync("verify", "--man=no", unit), StringComparison.Ordinal);
    }

    [Fact]
    public void The_server_takes_what_the_unit_of_a_cluster_hands_it()
    {
        var environment = VariablePattern().Matches(File.ReadAllText(Cluster)).ToDictionary(
            match => match.Groups["name"].Value,
            match => match.Groups["value"].Value.Replace("%d", "/run/credentials/rendezvous.service", StringComparison.Ordinal));
        environment["Rendezvous__ClusterBind"] = "127.0.0.1:4053";
        environment["Rendezvous__ClusterAnnounce"] = "node1.example:4053";

        ServerOptions options = ServerSettings.Read(environment, Path.Combine(Repository.Root, "cluster-config", "three-nodes.json"));

        Assert.Equal("/run/credentials/rendezvous.service/node.key", options.ClusterKey);
        Assert.Equal("/run/credentials/rendezvous.service/connection-string", options.ConnectionStringFile);
        string[] credentials = [.. CredentialPattern().Matches(File.ReadAllText(Cluster)).Select(match => match.Groups["name"].Value)];
        Assert.Equal(["connection-string", "node.key"], credentials);
    }

    [Fact]
    public void The_user_of_the_unit_is_one_that_sysusers_makes_and_its_folder_is_the_unit_s()
    {
        string unit = File.ReadAllText(Unit);
        string made = File.ReadAllLines(Path.Combine(Folder, "rendezvous.sysusers.conf"))
            .Single(line => line.StartsWith("u ", StringComparison.Ordinal));

        Assert.Contains($"\nUser={made.Split(' ')[1]}\n", unit, StringComparison.Ordinal);
        Assert.EndsWith(" /var/lib/rendezvous", made, StringComparison.Ordinal);
        Assert.Contains("--data-dir /var/lib/rendezvous\n", unit, StringComparison.Ordinal);
        Assert.Contains("\nStateDirectory=rendezvous\n", unit, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(Repository.ServerAssembly), unit, StringComparison.Ordinal);
    }

    private async Task<string> AnalyzeAsync(params string[] arguments)
    {
        await using var process = ChildProcess.Start(
            "systemd-analyze", "systemd-analyze", ["--no-pager", .. arguments], _folder.Path);
        var lines = new List<string>();
        while (await process.ReadLineAsync() is { } line)
        {
            lines.Add(line);
        }

        await process.ExitAsync();
        return string.Join('\n', [.. lines, process.Errors]).Trim();
    }

    [GeneratedRegex("Overall exposure level for rendezvous.service: (?<level>[0-9.]+)")]
    private static partial Regex ExposurePattern();

    [GeneratedRegex("ExecStart=\\S+ ")]
    private static partial Regex ProgramPattern();

    [GeneratedRegex("^Environment=(?<name>\\w+)=(?<value>\\S+)$", RegexOptions.Multiline)]
    private static partial Regex VariablePattern();

    [GeneratedRegex("^LoadCredential=(?<name>[^:]+):", RegexOptions.Multiline)]
    private static partial Regex CredentialPattern();
}
