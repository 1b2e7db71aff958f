using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Tests.Options;

public sealed class ClusterRulesTests
{
    [Fact]
    public void Given_settings_reach_the_registry()
    {
        ServerOptions options = Member();
        options.ClusterAnnounce = "node-1.example:5000";
        options.Seeds = ["node-1.example:5000", "10.0.0.6:4053"];
        options.Roles = "Frontend, registry";
        options.FailureDetection = FailureDetection.Calm;
        Assert.Empty(Failures(options));

        var cluster = new ClusterOptions();
        ClusterRules.Apply(options, cluster);

        Assert.Equal("10.0.0.5:4053", cluster.Bind?.ToString());
        Assert.Equal(new NodeAddress("node-1.example", 5000), cluster.Announce);
        Assert.Equal([new NodeAddress("node-1.example", 5000), new NodeAddress("10.0.0.6", 4053)], cluster.Seeds);
        Assert.Equal(NodeRoles.Registry | NodeRoles.Frontend, cluster.Roles);
        Assert.Equal(FailureDetection.Calm, cluster.FailureDetection);
        Assert.Equal(new ClusterCertificateFiles("node.pem", "node.key", "ca.pem"), cluster.Certificates);
    }

    [Fact]
    public void An_operator_who_gives_nothing_has_a_cluster_of_one_that_listens_nowhere()
    {
        var cluster = new ClusterOptions();
        ClusterRules.Apply(new ServerOptions(), cluster);

        Assert.Null(cluster.Bind); // and so no port for other nodes
        Assert.Null(cluster.Announce);
        Assert.Empty(cluster.Seeds);
        Assert.Null(cluster.Certificates);
    }

    [Theory]
    [InlineData(RegistryStorage.Sqlite)]
    [InlineData(RegistryStorage.Memory)]
    public void A_store_of_one_node_takes_no_second_member(RegistryStorage storage)
    {
        string said = $"storage {storage.ToString().ToLowerInvariant()} serves one node only";

        Assert.Contains(
            said, Assert.Single(Failures(new ServerOptions { Storage = storage, Seeds = ["10.0.0.6:4053"] })), StringComparison.Ordinal);
        Assert.Contains(
            said,
            Assert.Single(Failures(new ServerOptions { Storage = storage, ClusterBind = "10.0.0.5:4053" })),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_front_end_needs_seeds_and_no_storage()
    {
        Assert.Empty(
            Failures(Certified(new ServerOptions { Roles = "frontend", Seeds = ["10.0.0.6:4053"], ClusterBind = "10.0.0.5:4053" })));
        Assert.Contains("name at least one", Assert.Single(Failures(new ServerOptions { Roles = "frontend" })), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0:4053")]
    [InlineData("[::]:4053")]
    public void A_node_that_listens_everywhere_must_announce_an_address(string bind)
    {
        ServerOptions options = Member();
        options.ClusterBind = bind;
        Assert.Contains("cluster-announce", Assert.Single(Failures(options)), StringComparison.Ordinal);

        options.ClusterAnnounce = "node-1.example:4053";
        Assert.Empty(Failures(options));
    }

    [Fact]
    public void Two_of_three_certificate_files_are_not_enough()
    {
        ServerOptions options = Member();
        options.ClusterAuthority = null;

        Assert.Contains("all three files", Assert.Single(Failures(options)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:4053", null)]
    [InlineData("203.0.113.5:4053", null)]
    [InlineData(null, "node-1.example:4053")]
    [InlineData("127.0.0.1:0", "127.0.0.1:4053")]
    public void A_member_without_certificates_is_refused_unless_it_says_what_that_means(string? bind, string? seed)
    {
        var options = new ServerOptions
        {
            Storage = RegistryStorage.Postgres, ConnectionString = "Host=db", ClusterBind = bind, Seeds = seed is null ? [] : [seed],
        };

        string refusal = Assert.Single(Failures(options));

        string[] named =
        [
            "cluster-certificate", "cluster-key", "cluster-authority", "scripts/dev-ca", "--insecure-cluster-anyone-can-control-this-node",
        ];
        Assert.All(named, name => Assert.Contains(name, refusal, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', refusal);
        options.InsecureClusterAnyoneCanControlThisNode = true;
        Assert.Empty(Failures(options));
    }

    [Fact]
    public void Certificates_and_the_wish_for_none_are_refused_together()
    {
        ServerOptions options = Member();
        options.InsecureClusterAnyoneCanControlThisNode = true;

        Assert.Contains("leave one of the two out", Assert.Single(Failures(options)), StringComparison.Ordinal);
    }

    private static ServerOptions Member() =>
        Certified(new ServerOptions { Storage = RegistryStorage.Postgres, ConnectionString = "Host=db", ClusterBind = "10.0.0.5:4053" });

    private static ServerOptions Certified(ServerOptions options)
    {
        (options.ClusterCertificate, options.ClusterKey, options.ClusterAuthority) = ("node.pem", "node.key", "ca.pem");
        return options;
    }

    private static List<string> Failures(ServerOptions options) => [.. ClusterRules.Check(options).Select(fault => fault.Sentence)];
}
