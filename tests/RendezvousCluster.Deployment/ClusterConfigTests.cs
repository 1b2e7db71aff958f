using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Deployment;

/// <summary>The files of <c>cluster-config</c>, each with what its README says must be added, are settings that the server takes.</summary>
public sealed class ClusterConfigTests
{
    private const string Bind = "Rendezvous__ClusterBind";
    private const string Connection = "Rendezvous__ConnectionString";

    private static readonly string Folder = Path.Combine(Repository.Root, "cluster-config");

    public static TheoryData<string, string[]> Files => new()
    {
        { "single-node.json", [] },
        { "three-nodes.json", [Bind, Connection] },
        { "tls.json", [Bind, Connection] },
        { "registry-node.json", [Bind, Connection] },
        { "frontend-node.json", [Bind] },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void The_server_takes_the_file(string name, string[] added)
    {
        ServerOptions options = Read(name, added);

        Assert.NotNull(options.Management);
        Assert.Equal(name is not "registry-node.json", options.IsFrontEnd);
        Assert.Equal(name is not "frontend-node.json", options.IsRegistry);
        Assert.Equal(name is "tls.json", options.ClusterAuthority is not null);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_readme_says_what_must_be_added(string name, string[] added)
    {
        string line = Assert.Single(File.ReadAllLines(Path.Combine(Folder, "README.md")), line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal));

        Assert.Equal(added.Contains(Bind), line.Contains("--cluster-bind", StringComparison.Ordinal) || line.Contains("the same, and", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_file_is_looked_at()
    {
        IEnumerable<string> there = Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileName(file));

        Assert.Equal(there.Order(), Files.Select(row => (string)row[0]).Order());
    }

    private static ServerOptions Read(string name, string[] added)
    {
        Dictionary<string, string> values = new() { [Bind] = "10.0.0.1:4053", [Connection] = "Host=db.example;Database=rendezvous" };
        return ServerSettings.Read(added.ToDictionary(variable => variable, variable => values[variable]), Path.Combine(Folder, name));
    }
}
