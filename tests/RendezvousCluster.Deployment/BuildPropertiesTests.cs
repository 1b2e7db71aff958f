using System.Text.Json;
using RendezvousCluster.Interop.Processes;

namespace RendezvousCluster.Deployment;

/// <summary>
/// What a project is built with depends on where it stands in the clone, and not on where the clone stands. A developer who clones below a
/// folder named <c>src</c> would otherwise be asked to document every test.
/// </summary>
public sealed class BuildPropertiesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("v0.3.1", "0.3.1", "0.3.1.0")]
    [InlineData("v2.0.0-rc.1", "2.0.0-rc.1", "2.0.0.0")]
    [InlineData(null, "0.1.0-preview.0", "0.1.0.0")]
    public async Task A_tag_is_the_version_of_what_is_packed(string? tag, string version, string assemblyVersion)
    {
        string clone = await CloneAsync("clone", "src/RendezvousCluster.Core");
        await GitAsync(clone, "init", "--quiet");
        await GitAsync(clone, "add", "Directory.Build.props");
        await GitAsync(clone, "-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "--quiet", "--message", "First");
        if (tag is not null)
        {
            await GitAsync(clone, "tag", tag);
        }

        string project = Path.Combine(clone, "src/RendezvousCluster.Core/Project.csproj");
        string unpacked = $"-p:RestoreFallbackFolders=\"{string.Join(';', Packages.Unpacked)}\"";
        await DotnetCommand.RunAsync(_folder, "restore", project, "-verbosity:quiet", $"-p:RestoreSources={_folder.Path}", unpacked);
        string read = await DotnetCommand.RunAsync(
            _folder, "msbuild", project, "-target:MinVer", "-getProperty:Version", "-getProperty:AssemblyVersion");

        using JsonDocument properties = JsonDocument.Parse(read);
        Assert.Equal(version, properties.RootElement.GetProperty("Properties").GetProperty("Version").GetString());
        Assert.Equal(assemblyVersion, properties.RootElement.GetProperty("Properties").GetProperty("AssemblyVersion").GetString());
    }

    [Theory]
    [InlineData("src/RendezvousCluster.Core", true)]
    [InlineData("examples/csharp/dialer", true)]
    [InlineData("tests/RendezvousCluster.Core.Tests", false)]
    [InlineData("tests/src/examples", false)]
    public async Task A_clone_below_folders_named_src_and_examples_documents_what_any_clone_does(string project, bool isDocumented)
    {
        string clone = await CloneAsync("a place/src/tests/examples/clone", project);

        string documented = await DotnetCommand.RunAsync(
            _folder, "msbuild", Path.Combine(clone, project, "Project.csproj"), "-getProperty:GenerateDocumentationFile");

        Assert.Equal(isDocumented ? "true" : "false", documented.Trim());
    }

    private static async Task GitAsync(string clone, params string[] arguments)
    {
        await using ChildProcess git = ChildProcess.Start("git", "git", arguments, clone);
        Assert.True(await git.ExitAsync() == 0, git.Errors);
    }

    /// <summary>A clone with one empty project in it.</summary>
    private async Task<string> CloneAsync(string place, string project)
    {
        string clone = _folder.File(place);
        Directory.CreateDirectory(Path.Combine(clone, project));
        Directory.CreateDirectory(Path.Combine(clone, "tests"));
        string[] files = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "tests/Directory.Build.props"];
        foreach (string file in files)
        {
            File.Copy(Path.Combine(Repository.Root, file), Path.Combine(clone, file));
        }

        await File.WriteAllTextAsync(Path.Combine(clone, project, "Project.csproj"), """<Project Sdk="Microsoft.NET.Sdk" />""");
        return clone;
    }
}
