using System.Reflection;
using System.Text.Json;
using RendezvousCluster.Client;

namespace RendezvousCluster.Deployment;

/// <summary>
/// The packages as <c>dotnet pack</c> makes them of what was built with these tests, in a folder with nothing else in it.
/// </summary>
public sealed class Packages : IAsyncLifetime, IDisposable
{
    /// <summary>What the README says is packed: two tools, a library with the two that it is built on, and listening on Kestrel.</summary>
    private static readonly string[] Projects = ["Server", "Cli", "Client", "Libp2p", "Libp2p.Kestrel", "Protocol"];

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _working = new();

    /// <summary>A source of packages.</summary>
    public string Folder => _folder.Path;

    /// <summary>As a program prints its own: with the commit, where that was known.</summary>
    public static string FullVersion { get; } =
        typeof(RendezvousClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Of all of them.</summary>
    public static string Version { get; } = FullVersion.Split('+')[0];

    /// <summary>The folders of unpacked packages that these tests were built with.</summary>
    public static IReadOnlyList<string> Unpacked
    {
        get
        {
            using JsonDocument assets = JsonDocument.Parse(System.IO.File.ReadAllText(
                Path.Combine(Repository.Root, "tests", "RendezvousCluster.Deployment", "obj", "project.assets.json")));
            return [.. assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
        }
    }

    /// <summary>The file of one.</summary>
    /// <param name="name">Without the product's name before it.</param>
    public string File(string name) => _folder.File($"RendezvousCluster.{name}.{Version}.nupkg");

    public async Task InitializeAsync()
    {
        foreach (string project in Projects)
        {
            string path = Path.Combine(Repository.Root, "src", $"RendezvousCluster.{project}");
            await DotnetCommand.RunAsync(
                _working, "pack", path, "--no-build", "--configuration", Repository.Configuration, "--output", Folder, "-verbosity:quiet",
                $"-p:MinVerVersionOverride={Version}"); // as it was built, if something was committed since
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _folder.Dispose();
        _working.Dispose();
    }
}
