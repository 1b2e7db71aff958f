using System.Xml.Linq;

namespace RendezvousCluster.Architecture;

/// <summary>What the users of a package expect of it stands in its project.</summary>
public sealed class PackagePropertiesTests
{
    private static readonly string[] AllPackages = ["Libp2p", "Libp2p.Kestrel", "Protocol", "Client", "Cli", "Server"];

    public static TheoryData<string> Libraries => new("Libp2p", "Libp2p.Kestrel", "Protocol", "Client");

    public static TheoryData<string> Packages => new(AllPackages);

    [Fact]
    public void Every_package_is_among_those_that_are_checked()
    {
        string[] packable =
        [
            .. from file in Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src"), "*.csproj", SearchOption.AllDirectories)
               where Property(XDocument.Load(file), "IsPackable") == "true"
               select Path.GetFileNameWithoutExtension(file)["RendezvousCluster.".Length..],
        ];

        Assert.Equal(packable.Order(), AllPackages.Order());
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_describes_itself_and_has_its_readme_in_it(string name)
    {
        XDocument project = Load(name);

        Assert.False(string.IsNullOrEmpty(Property(project, "Description")));
        Assert.False(string.IsNullOrEmpty(Property(project, "PackageTags")));
        Assert.Equal("README.md", Property(project, "PackageReadmeFile"));
        Assert.Contains(
            project.Descendants("None"),
            item => item.Attribute("Include")!.Value == "README.md" && item.Attribute("Pack")!.Value == "true");
        Assert.True(File.Exists(Path.Combine(SourceTree.Root, "src", $"RendezvousCluster.{name}", "README.md")));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_has_its_symbols_beside_it(string name) => Assert.Equal("true", Property(Load(name), "IncludeSymbols"));

    /// <summary>The analyzers for trimming and native compilation run with the build, which takes warnings for errors.</summary>
    [Theory]
    [InlineData("Libp2p")]
    [InlineData("Protocol")]
    [InlineData("Client")]
    public void The_client_can_be_trimmed_and_compiled_ahead_of_time(string name) =>
        Assert.Equal("true", Property(Load(name), "IsAotCompatible"));

    private static XDocument Load(string name) =>
        XDocument.Load(Path.Combine(SourceTree.Root, "src", $"RendezvousCluster.{name}", $"RendezvousCluster.{name}.csproj"));

    private static string? Property(XDocument project, string name) => project.Descendants(name).FirstOrDefault()?.Value;
}
