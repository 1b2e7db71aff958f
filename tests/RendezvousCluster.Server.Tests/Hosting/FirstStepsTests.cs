using RendezvousCluster.Registry;
using RendezvousCluster.Server.Hosting;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Tests.Hosting;

public sealed class FirstStepsTests
{
    private const string Management = "http://127.0.0.1:9400", Point = "/ip4/127.0.0.1/tcp/8000/p2p/12D3KooW", Tool = "rendezvous";

    [Fact]
    public void A_point_by_itself_says_where_it_is_looked_at_where_its_data_lies_and_how_it_is_tried()
    {
        string text = Text(new ServerOptions { DataDirectory = "/somewhere" });

        Assert.Contains("Health and metrics: http://127.0.0.1:9400/readyz and http://127.0.0.1:9400/metrics\n", text);
        Assert.Contains("Data: registrations in /somewhere, identity in /somewhere/identity.key\n", text);
        Assert.Contains(
            $"\nP={Point}; rendezvous register demo --once --listen /ip4/127.0.0.1/tcp/0 --point $P"
            + " && rendezvous discover demo --point $P\n",
            text);
        Assert.DoesNotContain("encrypted", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_nodes_that_others_reach_without_certificates_say_that_nothing_is_encrypted()
    {
        Assert.Contains("nothing is encrypted", Text(new ServerOptions { ClusterBind = "127.0.0.1:4053" }), StringComparison.Ordinal);
        Assert.Contains("nothing is encrypted", Text(new ServerOptions { Seeds = ["127.0.0.1:4053"] }), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "encrypted",
            Text(new ServerOptions { ClusterBind = "127.0.0.1:4053", ClusterCertificate = "a.pem" }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_promises_nothing_that_is_not_there()
    {
        string text = string.Join(
            '\n', FirstSteps.Lines(new ServerOptions { Roles = "registry" }, management: null, point: null, Tool));

        Assert.Contains("Health and metrics: nowhere", text, StringComparison.Ordinal);
        Assert.DoesNotContain("identity", text, StringComparison.Ordinal);
        Assert.DoesNotContain("paste", text, StringComparison.Ordinal);
        Assert.Contains(
            "in memory only", Text(new ServerOptions { Storage = RegistryStorage.Memory }), StringComparison.Ordinal);
        Assert.Contains("at other nodes", Text(new ServerOptions { Roles = "frontend" }), StringComparison.Ordinal);
        Assert.Contains(
            "in the postgres database", Text(new ServerOptions { Storage = RegistryStorage.Postgres }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_tool_is_called_by_its_name_where_it_is_installed_and_from_its_project_in_a_clone()
    {
        string root = Directory.CreateTempSubdirectory("rendezvous-first steps-").FullName;
        try
        {
            string program = Directory.CreateDirectory(Path.Combine(root, "src", "RendezvousCluster.Server", "bin")).FullName;
            Assert.Equal("rendezvous", FirstSteps.FindTool(path: null, program));

            string project = Directory.CreateDirectory(Path.Combine(root, "src", "RendezvousCluster.Cli")).FullName;
            Assert.Equal($"dotnet run -c Release --project '{project}' --", FirstSteps.FindTool("/nowhere", program));

            File.WriteAllText(Path.Combine(root, "rendezvous"), string.Empty);
            Assert.Equal("rendezvous", FirstSteps.FindTool($"/nowhere{Path.PathSeparator}{root}", program));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static string Text(ServerOptions options) => string.Join('\n', FirstSteps.Lines(options, Management, Point, Tool));
}
