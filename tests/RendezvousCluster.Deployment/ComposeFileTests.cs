using System.Text.RegularExpressions;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Deployment;

/// <summary>
/// No Docker runs here; what can be known of the file without it is checked: docker-compose accepts it, and the server knows every setting
/// in it.
/// </summary>
public sealed partial class ComposeFileTests
{
    private static readonly string[] Nodes = ["node1", "node2", "node3"];

    [Fact]
    public async Task Docker_compose_accepts_three_nodes_and_a_database()
    {
        ComposeFile file = await ComposeFile.ReadAsync();

        Assert.Equal(["keys", .. Nodes, "postgres"], file.Services.Order());
        Assert.All(file.Services.Except(["keys"]), service =>
        {
            string section = file.Section(service);
            Assert.Contains("restart: always", section, StringComparison.Ordinal);
            Assert.Contains("healthcheck:", section, StringComparison.Ordinal);
            Assert.Contains($"{service}-data:/", section, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Every_variable_of_a_node_is_one_that_the_server_knows()
    {
        ComposeFile file = await ComposeFile.ReadAsync();

        Assert.All(Nodes, node =>
        {
            ServerOptions options = ServerSettings.Read(file.Environment(node));

            Assert.Equal(RegistryStorage.Postgres, options.StorageOrDefault);
            Assert.Equal($"{node}:4053", options.ClusterAnnounce);
            Assert.Equal(Nodes.Select(seed => $"{seed}:4053"), options.Seeds);
            Assert.NotNull(options.Management);
        });
    }

    [Fact]
    public async Task Each_node_has_a_certificate_and_a_key_of_its_own_and_no_key_but_that()
    {
        ComposeFile file = await ComposeFile.ReadAsync();

        Assert.All(Nodes, node =>
        {
            ServerOptions options = ServerSettings.Read(file.Environment(node));
            Assert.Equal($"/run/secrets/{node}_certificate", options.ClusterCertificate);
            Assert.Equal($"/keys/{node}_key", options.ClusterKey);
            Assert.False(options.InsecureClusterAnyoneCanControlThisNode);
            string section = file.Section(node);
            Assert.Matches($@"- {node}-keys:/keys:rw|source: {node}-keys\n +target: /keys\n", section + "\n");
            Assert.DoesNotContain("_key\n", section.Replace($"/keys/{node}_key\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Contains("service_completed_successfully", section, StringComparison.Ordinal);
            Assert.Contains(
                $"/run/secrets/$${{node}}_key /keys/$$node/$${{node}}_key",
                WhiteSpace().Replace(file.Section("keys"), " "),
                StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_misspelt_variable_would_be_found()
    {
        ComposeFile file = await ComposeFile.ReadAsync();
        var misspelt = new Dictionary<string, string>(file.Environment("node1")) { ["Rendezvous__Sedes__0"] = "node1:4053" };

        Assert.Contains(
            "Seeds", Assert.Throws<ServerStartException>(() => ServerSettings.Read(misspelt)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_node_announces_the_ports_that_are_published_for_it()
    {
        ComposeFile file = await ComposeFile.ReadAsync();

        Assert.All(Nodes, node =>
        {
            ServerOptions options = ServerSettings.Read(file.Environment(node));
            Assert.Equal(options.Listen!.Length, options.Announce.Length);
            foreach ((string listen, string announce) in options.Listen.Zip(options.Announce))
            {
                string published = $"- published: {Port(announce)}\n      target: {Port(listen)}\n";
                Assert.Contains(published, file.Section(node) + "\n", StringComparison.Ordinal);
                Assert.Equal(listen.EndsWith("/ws", StringComparison.Ordinal), announce.EndsWith("/ws", StringComparison.Ordinal));
            }
        });
    }

    [Fact]
    public async Task Nodes_are_asked_for_their_health_by_their_own_program()
    {
        ComposeFile file = await ComposeFile.ReadAsync();
        string program = Path.GetFileName(Repository.ServerAssembly);

        Assert.All(Nodes, node => Assert.Contains(
            $"      test:\n      - CMD\n      - dotnet\n      - {program}\n      - health\n", file.Section(node),
            StringComparison.Ordinal));
    }

    // docker-compose folds long lines.
    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    private static string Port(string multiaddr)
    {
        string[] parts = Multiaddr.Parse(multiaddr).ToString().Split('/');
        return parts[Array.IndexOf(parts, "tcp") + 1];
    }
}
