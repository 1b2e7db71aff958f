using System.Text.RegularExpressions;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Deployment;

/// <summary>The files of <c>cluster-config</c>, each with what its README says must be added, are settings that the server takes.</summary>
public sealed partial class ClusterConfigTests
{
    private const string Bind = "Rendezvous__ClusterBind";
    private const string Announce = "Rendezvous__ClusterAnnounce";
    private const string Connection = "Rendezvous__ConnectionString";

    private static readonly string Folder = Path.Combine(Repository.Root, "cluster-config");

    public static TheoryData<string, string[]> Files => new()
    {
        { "single-node.json", [] },
        { "three-nodes.json", [Bind, Announce, Connection] },
        { "tls.json", [Bind, Announce, Connection] },
        { "registry-node.json", [Bind, Announce, Connection] },
        { "frontend-node.json", [Bind, Announce] },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void The_server_takes_the_file(string name, string[] added)
    {
        ServerOptions options = Read(name, added);

        Assert.NotNull(options.Management);
        Assert.Equal(name is not "registry-node.json", options.IsFrontEnd);
        Assert.Equal(name is not "frontend-node.json", options.IsRegistry);
        Assert.Equal(name is not "single-node.json", options.ClusterAuthority is not null);
    }

    /// <summary>An operator who starts a sample as it is must not dial somebody's machine.</summary>
    [Fact]
    public void Nothing_that_is_shipped_names_an_address_that_somebody_may_have()
    {
        string[] shipped =
        [
            .. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories), .. Directory.EnumerateFiles(Repository.Root, "*.yml"),
            .. Directory.EnumerateFiles(Repository.Root, "*.md"),
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories),
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "README.md", SearchOption.AllDirectories),
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "examples"), "*", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/node_modules/", StringComparison.Ordinal)
                    && !file.Contains("/bin/", StringComparison.Ordinal)
                    && !file.Contains("/obj/", StringComparison.Ordinal)),
        ];

        Assert.All(shipped, file => Assert.DoesNotMatch(PrivateAddress(), File.ReadAllText(file)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_readme_says_what_must_be_added(string name, string[] added)
    {
        string line = Assert.Single(
            File.ReadAllLines(Path.Combine(Folder, "README.md")), line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal));

        Assert.Equal(
            added.Contains(Bind),
            line.Contains("--cluster-bind", StringComparison.Ordinal) || line.Contains("the same, and", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_file_is_looked_at()
    {
        IEnumerable<string> there = Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileName(file));

        Assert.Equal(there.Order(), Files.Select(row => (string)row[0]).Order());
    }

    private static ServerOptions Read(string name, string[] added)
    {
        Dictionary<string, string> values =
            new() { [Bind] = "0.0.0.0:4053", [Announce] = "node1.example:4053", [Connection] = "Host=db.example;Database=rendezvous" };
        return ServerSettings.Read(added.ToDictionary(variable => variable, variable => values[variable]), Path.Combine(Folder, name));
    }

    [GeneratedRegex(@"(?<![\w.])(10\.\d+|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+\b")]
    private static partial Regex PrivateAddress();
}
