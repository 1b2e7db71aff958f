using System.Text.RegularExpressions;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Deployment;

/// <summary>The image cannot be built here. The tests check that the files it copies, the settings and the program exist.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string Dockerfile =
        File.ReadAllText(Path.Combine(Repository.Root, "Dockerfile")).Replace("\\\n", "", StringComparison.Ordinal);

    [Fact]
    public void Every_copied_file_exists_and_is_let_through()
    {
        string[] let = File.ReadAllLines(Path.Combine(Repository.Root, ".dockerignore"));
        string[] copied = [.. CopyPattern().Matches(Dockerfile).SelectMany(match => match.Groups["from"].Value.Split(' '))];

        Assert.NotEmpty(copied);
        Assert.All(copied, path =>
        {
            Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), $"{path} is missing.");
            Assert.Contains($"!{path}", let);
        });
    }

    [Fact]
    public void Every_file_that_the_build_needs_is_copied()
    {
        // Everything at the top that MSBuild takes note of by itself.
        string[] noted =
            [
                "global.json", "nuget.config", "NuGet.config", ".editorconfig", "Directory.Build.props", "Directory.Build.targets",
                "Directory.Packages.props",
            ];

        Assert.All(noted.Where(
            file => File.Exists(Path.Combine(Repository.Root, file))), file => Assert.Contains(file, Dockerfile, StringComparison.Ordinal));
    }

    [Fact]
    public void The_image_runs_the_server()
    {
        string program = Path.GetFileName(Repository.ServerAssembly);

        Assert.Contains($"ENTRYPOINT [\"dotnet\", \"{program}\"]", Dockerfile, StringComparison.Ordinal);
        Assert.Contains($"CMD [\"dotnet\", \"{program}\", \"health\"]", Dockerfile, StringComparison.Ordinal);
        Assert.Matches("USER (?!root|0)", Dockerfile);
    }

    [Fact]
    public void Every_variable_that_it_sets_is_one_that_the_server_knows()
    {
        var environment =
            VariablePattern().Matches(Dockerfile).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);

        ServerOptions options = ServerSettings.Read(environment);

        Assert.Equal("/data", options.DataDirectory);
        Assert.Contains("VOLUME /data", Dockerfile, StringComparison.Ordinal);
        string exposed = ExposePattern().Match(Dockerfile).Value;
        Assert.All(options.Listen!, address => Assert.Contains(address.Split('/')[4], exposed, StringComparison.Ordinal));
    }

    [GeneratedRegex("^COPY (?!--from)(?<from>.+) \\S+$", RegexOptions.Multiline)]
    private static partial Regex CopyPattern();

    [GeneratedRegex("(?<name>Rendezvous__\\w+)=(?<value>\\S+)")]
    private static partial Regex VariablePattern();

    [GeneratedRegex("^EXPOSE .*$", RegexOptions.Multiline)]
    private static partial Regex ExposePattern();
}
