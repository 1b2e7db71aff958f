using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class NodeAddressTests
{
    [Theory]
    [InlineData("10.0.0.5:4053", "10.0.0.5", 4053)]
    [InlineData("node-1.example:1", "node-1.example", 1)]
    [InlineData("localhost:65535", "localhost", 65535)]
    [InlineData("[fd00::5]:4053", "fd00::5", 4053)]
    public void A_host_and_a_port_are_an_address(string text, string host, int port)
    {
        Assert.Equal(new NodeAddress(host, port), NodeAddress.Parse(text));
        Assert.Equal(text, NodeAddress.Parse(text).ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":4053")]
    [InlineData("node-1")]
    [InlineData("node-1:")]
    [InlineData("node-1:0")]
    [InlineData("node-1:65536")]
    [InlineData("node-1:+5")]
    [InlineData("node 1:4053")]
    [InlineData("fd00::5:4053")]
    [InlineData("[10.0.0.5]:4053")]
    [InlineData("akka.tcp://rendezvous@node-1:4053")]
    public void Other_text_is_refused(string? text)
    {
        Assert.False(NodeAddress.TryParse(text, out _));
        Assert.Throws<FormatException>(() => NodeAddress.Parse(text!));
    }
}
