using System.Diagnostics;
using RendezvousCluster.Registry.Certificates;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>What scripts/dev-ca makes is what nodes take.</summary>
public sealed class DevCaTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rendezvous-dev-ca-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_certificates_of_the_script_are_taken_and_kept_when_it_runs_again()
    {
        await RunAsync("node-1", "node-2");
        string first = await File.ReadAllTextAsync(In("node-1.pem"));
        await RunAsync("node-1", "node-3");

        Assert.Equal(first, await File.ReadAllTextAsync(In("node-1.pem")));
        Assert.All(["node-1", "node-2", "node-3"], node => Assert.NotNull(
            ClusterCertificates.Load(
                new ClusterCertificateFiles(In($"{node}.pem"), In($"{node}.key"), In("ca.pem")), TimeProvider.System.GetUtcNow())));
    }

    private string In(string file) => Path.Combine(_folder, file);

    private async Task RunAsync(params string[] nodes)
    {
        using Process script = Process.Start(new ProcessStartInfo(Path.Combine(Root(), "scripts", "dev-ca"), [_folder, .. nodes])
        {
            RedirectStandardError = true,
        })!;
        string errors = await script.StandardError.ReadToEndAsync().Within();
        await script.WaitForExitAsync().Within();
        Assert.True(script.ExitCode == 0, errors);
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "RendezvousCluster.sln")))
        {
            folder = folder.Parent;
        }

        return folder!.FullName;
    }
}
