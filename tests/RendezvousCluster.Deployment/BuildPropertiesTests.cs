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
    [InlineData("src/RendezvousCluster.Core", true)]
    [InlineData("examples/csharp/dialer", true)]
    [InlineData("tests/RendezvousCluster.Core.Tests", false)]
    [InlineData("tests/src/examples", false)]
    public async Task A_clone_below_folders_named_src_and_examples_documents_what_any_clone_does(string project, bool isDocumented)
    {
        string clone = _folder.File("a place/src/tests/examples/clone");
        Directory.CreateDirectory(Path.Combine(clone, project));
        Directory.CreateDirectory(Path.Combine(clone, "tests"));
        foreach (string properties in new[] { "Directory.Build.props", "Directory.Packages.props", "tests/Directory.Build.props" })
        {
            File.Copy(Path.Combine(Repository.Root, properties), Path.Combine(clone, properties));
        }

        string file = Path.Combine(clone, project, "Project.csproj");
        await File.WriteAllTextAsync(file, """<Project Sdk="Microsoft.NET.Sdk" />""");

        string documented = await DotnetCommand.RunAsync(_folder, "msbuild", file, "-getProperty:GenerateDocumentationFile");

        Assert.Equal(isDocumented ? "true" : "false", documented.Trim());
    }
}
