using System.Reflection;
using System.Xml.Linq;

namespace RendezvousCluster.Architecture;

/// <summary>
/// Arrows point one way: Libp2p &lt;- Protocol &lt;- Core &lt;- Registry &lt;- Server, and only Registry and Server may see Akka.
/// </summary>
public class DependencyDirectionTests
{
    private const string Prefix = "RendezvousCluster.";

    /// <summary>Whom each project may refer to. A project that is missing here is a project nobody thought about.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Libp2p"] = [],
        ["Libp2p.Kestrel"] = ["Libp2p"],
        ["Protocol"] = ["Libp2p"],
        ["Core"] = ["Protocol", "Libp2p"],
        ["Registry"] = ["Core", "Protocol", "Libp2p"],
        ["Server"] = ["Registry", "Core", "Protocol", "Libp2p.Kestrel", "Libp2p"],
        ["Client"] = ["Protocol", "Libp2p"],
        ["Cli"] = ["Client", "Protocol", "Libp2p"],
    };

    /// <summary>What runs in a console program, a worker or on a phone.</summary>
    private static readonly string[] Plain = ["Libp2p", "Protocol", "Core", "Client", "Cli"];

    public static TheoryData<string> WithoutAkka => new("Libp2p", "Libp2p.Kestrel", "Protocol", "Core", "Client");

    public static TheoryData<string> WithoutAspNetCore => new(Plain);

    [Fact]
    public void Projects_refer_only_to_those_below_them()
    {
        foreach (string projectFile in Directory.EnumerateFiles(
            Path.Combine(SourceTree.Root, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            string name = Path.GetFileNameWithoutExtension(projectFile)[Prefix.Length..];
            Assert.True(Allowed.TryGetValue(name, out string[]? allowed), $"Say in this test whom {name} may refer to.");
            foreach (XElement reference in XDocument.Load(projectFile).Descendants("ProjectReference"))
            {
                string target = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))[Prefix.Length..];
                Assert.True(allowed.Contains(target), $"{name} refers to {target}; it may refer to: {string.Join(", ", allowed)}.");
            }
        }
    }

    [Fact]
    public void Examples_need_the_client_library_and_nothing_else()
    {
        string[] examples =
            Directory.GetFiles(Path.Combine(SourceTree.Root, "examples", "csharp"), "*.csproj", SearchOption.AllDirectories);
        Assert.NotEmpty(examples);
        foreach (string projectFile in examples)
        {
            XDocument project = XDocument.Load(projectFile);
            XElement reference = Assert.Single(project.Descendants("ProjectReference"));
            Assert.EndsWith($"/{Prefix}Client.csproj", reference.Attribute("Include")!.Value, StringComparison.Ordinal);
            Assert.Empty(project.Descendants("PackageReference"));
        }
    }

    [Theory]
    [MemberData(nameof(WithoutAkka))]
    public void Akka_is_not_seen(string name)
    {
        string projectFile = Path.Combine(SourceTree.Root, "src", Prefix + name, $"{Prefix}{name}.csproj");
        Assert.DoesNotContain(
            XDocument.Load(projectFile).Descendants("PackageReference"),
            reference => reference.Attribute("Include")!.Value.StartsWith("Akka", StringComparison.Ordinal));
        Assert.DoesNotContain(References(name), reference => reference.StartsWith("Akka", StringComparison.Ordinal));
    }

    /// <summary>A project hands the framework on to those that refer to it, so the whole chain below it counts.</summary>
    [Theory]
    [MemberData(nameof(WithoutAspNetCore))]
    public void Asp_net_core_is_not_needed(string name)
    {
        XDocument project = XDocument.Load(Path.Combine(SourceTree.Root, "src", Prefix + name, $"{Prefix}{name}.csproj"));
        Assert.Equal("Microsoft.NET.Sdk", project.Root!.Attribute("Sdk")!.Value);
        Assert.Empty(project.Descendants("FrameworkReference"));
        Assert.DoesNotContain(
            project.Descendants("PackageReference"),
            reference => reference.Attribute("Include")!.Value.Contains("AspNetCore", StringComparison.Ordinal));
        Assert.All(
            Allowed[name],
            below => Assert.True(Array.IndexOf(Plain, below) >= 0, $"{name} may refer to {below}, which needs ASP.NET Core."));
        Assert.DoesNotContain(
            Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, $"{Prefix}{name}.dll")).GetReferencedAssemblies(),
            reference => reference.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    /// <summary>What the SDK writes down for the runtime is the last word on which frameworks a program needs.</summary>
    [Fact]
    public void The_command_line_tool_asks_for_the_plain_runtime() => Assert.DoesNotContain(
        "AspNetCore",
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, $"{Prefix}Cli.runtimeconfig.json")),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("Libp2p")]
    [InlineData("Libp2p.Kestrel")]
    [InlineData("Protocol")]
    [InlineData("Core")]
    [InlineData("Registry")]
    [InlineData("Client")]
    public void Assemblies_refer_only_to_those_below_them(string name)
    {
        string[] ours = [.. References(name).Where(reference => reference.StartsWith(Prefix, StringComparison.Ordinal))];

        Assert.Empty(ours.Except(Allowed[name].Select(allowed => Prefix + allowed)));
    }

    [Fact]
    public void The_front_end_never_sees_actors()
    {
        string[] offences =
        [
            .. from file in SourceTree.Files("src/RendezvousCluster.Server")
               where file.Path.Contains("/FrontEnd/", StringComparison.Ordinal)
               where TidyText.WithoutCommentsAndStrings(file.Text).Contains("using Akka", StringComparison.Ordinal)
               select file.Path,
        ];

        Assert.Empty(offences);
    }

    private static IEnumerable<string> References(string name) =>
        Assembly.Load(Prefix + name).GetReferencedAssemblies().Select(reference => reference.Name!);
}
