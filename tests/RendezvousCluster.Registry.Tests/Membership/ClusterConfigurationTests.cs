using System.Net;
using Akka.Configuration;
using RendezvousCluster.Registry.ActorPort;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class ClusterConfigurationTests
{
    [Fact]
    public void A_node_is_where_and_what_its_operator_said()
    {
        var options = new ClusterOptions
        {
            Bind = IPEndPoint.Parse("10.0.0.5:4053"),
            Announce = new NodeAddress("node-1.example", 5000),
            Roles = NodeRoles.Registry,
            Certificates = new ClusterCertificateFiles("a", "b", "c"),
        };

        Config config = ClusterConfiguration.For(options, ["store-1"]);

        Assert.Equal("10.0.0.5", config.GetString("akka.remote.dot-netty.tcp.hostname"));
        Assert.Equal(4053, config.GetInt("akka.remote.dot-netty.tcp.port"));
        Assert.Equal("node-1.example", config.GetString("akka.remote.dot-netty.tcp.public-hostname"));
        Assert.Equal(5000, config.GetInt("akka.remote.dot-netty.tcp.public-port"));
        Assert.True(config.GetBoolean("akka.remote.dot-netty.tcp.enable-ssl"));
        Assert.Equal(["registry", "store-1"], config.GetStringList("akka.cluster.roles"));
    }

    [Fact]
    public void A_node_that_nobody_can_join_listens_nowhere()
    {
        Config config = ClusterConfiguration.For(new ClusterOptions(), published: []);

        Assert.Equal([ClosedTransport.SettingsPath], config.GetStringList("akka.remote.enabled-transports"));
        Assert.False(config.HasPath("akka.remote.dot-netty.tcp.port"));
        Assert.Equal(["registry", "frontend"], config.GetStringList("akka.cluster.roles"));
    }

    [Fact]
    public void A_node_with_seeds_and_no_address_of_its_own_hides_on_loopback()
    {
        Config config = ClusterConfiguration.For(new ClusterOptions { Seeds = { new NodeAddress("10.0.0.6", 4053) } }, published: []);

        Assert.False(config.HasPath("akka.remote.enabled-transports"));
        Assert.Equal("127.0.0.1", config.GetString("akka.remote.dot-netty.tcp.hostname"));
        Assert.Equal(0, config.GetInt("akka.remote.dot-netty.tcp.port"));
        Assert.False(config.HasPath("akka.remote.dot-netty.tcp.public-hostname"));
        Assert.False(config.GetBoolean("akka.remote.dot-netty.tcp.enable-ssl"));
        Assert.Equal(["registry", "frontend"], config.GetStringList("akka.cluster.roles"));
    }

    [Theory]
    [InlineData(FailureDetection.Fast, 1.5, 1, 0.2, 2)]
    [InlineData(FailureDetection.Calm, 5, 7, 2, 5)]
    public void The_times_of_failure_detection_are_those_of_the_profile(
        FailureDetection detection, double pause, double stableAfter, double margin, double dialling)
    {
        Config config = RegistryConfiguration.For(null, new RegistryOptions { Cluster = { FailureDetection = detection } });

        Assert.Equal(TimeSpan.FromSeconds(pause), config.GetTimeSpan("akka.cluster.failure-detector.acceptable-heartbeat-pause"));
        Assert.Equal(TimeSpan.FromSeconds(stableAfter), config.GetTimeSpan("akka.cluster.split-brain-resolver.stable-after"));
        Assert.Equal(TimeSpan.FromSeconds(margin), config.GetTimeSpan("akka.cluster.down-removal-margin"));
        Assert.Equal(TimeSpan.FromSeconds(dialling), config.GetTimeSpan("akka.remote.dot-netty.tcp.connection-timeout"));
    }
}
