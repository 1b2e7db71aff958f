using System.IO.Compression;
using System.Xml.Linq;

namespace RendezvousCluster.Deployment;

/// <summary>What is packed can be installed from there and nowhere else, runs, and has in it what its users are promised.</summary>
public sealed class PackagesTests(Packages packages) : IClassFixture<Packages>, IDisposable
{
    private const string TargetFramework = "net10.0";

    private const string Program =
        """
        using RendezvousCluster.Client;
        using RendezvousCluster.Libp2p;
        using RendezvousCluster.Libp2p.Hosting;

        await using var host = new Libp2pHost(new Libp2pOptions(), []);
        await host.StartAsync();
        await using var client = new RendezvousClient(
            host, new RendezvousClientOptions { Points = { $"/ip4/127.0.0.1/tcp/1/p2p/{host.PeerId}" } });
        System.Console.WriteLine(host.PeerId);
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Server", "rendezvous-server", "--data-dir")]
    [InlineData("Cli", "rendezvous", "discover")]
    public async Task A_tool_installs_tells_its_version_and_explains_itself(string package, string command, string explained)
    {
        string tools = _folder.File("tools");

        await DotnetCommand.RunAsync(
            _folder, "tool", "install", $"RendezvousCluster.{package}", "--version", Packages.Version, "--tool-path", tools, "--source",
            packages.Folder);

        string program = Path.Combine(tools, command);
        Assert.Equal(Packages.FullVersion, await DotnetCommand.RunProgramAsync(_folder, program, "--version"));
        Assert.Contains(explained, await DotnetCommand.RunProgramAsync(_folder, program, "--help"), StringComparison.Ordinal);
        Assert.Contains("README.md", Entries(package));
        Assert.Contains("icon.png", Entries(package));
    }

    [Fact]
    public void The_library_comes_with_its_documentation_and_says_what_it_needs()
    {
        string[] promised =
            [
                "README.md", "icon.png", $"lib/{TargetFramework}/RendezvousCluster.Client.dll",
                $"lib/{TargetFramework}/RendezvousCluster.Client.xml",
            ];
        Assert.All(promised, file => Assert.Contains(file, Entries("Client")));

        XElement metadata = Metadata("Client");

        Assert.Equal("README.md", Child(metadata, "readme").Value);
        Assert.Equal("MIT", Child(metadata, "license").Value);
        Assert.NotEmpty(Child(metadata, "description").Value);
        Assert.Equal(
            [$"RendezvousCluster.Libp2p {Packages.Version}", $"RendezvousCluster.Protocol {Packages.Version}"],
            Descendants(metadata, "dependency")
                .Where(needed => needed.Attribute("id")!.Value.StartsWith("RendezvousCluster", StringComparison.Ordinal))
                .Select(needed => $"{needed.Attribute("id")!.Value} {needed.Attribute("version")!.Value}").Order());
        Assert.All(
            ["Client", "Libp2p", "Protocol"], package => Assert.Empty(Descendants(Metadata(package), "frameworkReference")));
        Assert.Equal(
            "Microsoft.AspNetCore.App",
            Assert.Single(Descendants(Metadata("Libp2p.Kestrel"), "frameworkReference")).Attribute("name")!.Value);
    }

    [Fact]
    public async Task An_application_is_built_with_the_library_from_its_package_and_runs()
    {
        await File.WriteAllTextAsync(_folder.File("Application.csproj"), Application());
        await File.WriteAllTextAsync(_folder.File("Program.cs"), Program);

        string output = await DotnetCommand.RunAsync(_folder, "run", "--project", _folder.Path);

        Assert.StartsWith("12D3KooW", output, StringComparison.Ordinal);
    }

    // Packages of others are taken from where they were unpacked for the build of these tests, so that nothing is fetched.
    private string Application() =>
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>{TargetFramework}</TargetFramework>
            <NuGetAudit>false</NuGetAudit>
            <RestoreSources>{packages.Folder}</RestoreSources>
            <RestoreFallbackFolders>{string.Join(';', Packages.Unpacked)}</RestoreFallbackFolders>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="RendezvousCluster.Client" Version="{Packages.Version}" />
          </ItemGroup>
        </Project>
        """;

    private IEnumerable<string> Entries(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(packages.File(package));
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    private XElement Metadata(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(packages.File(package));
        using Stream text = archive.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return Child(XElement.Load(text), "metadata");
    }

    private static XElement Child(XElement parent, string name) => parent.Elements().Single(element => element.Name.LocalName == name);

    private static IEnumerable<XElement> Descendants(XElement parent, string name) =>
        parent.Descendants().Where(element => element.Name.LocalName == name);
}
