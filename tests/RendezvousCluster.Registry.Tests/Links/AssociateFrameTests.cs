using System.Text;
using Google.Protobuf;
using RendezvousCluster.Registry.Links;

namespace RendezvousCluster.Registry.Tests.Links;

public sealed class AssociateFrameTests
{
    [Theory]
    [InlineData("12020801")]
    [InlineData("12040801120a")] // the node's description of itself follows
    public void The_first_frame_of_a_node_is_recognised(string hex) => Assert.True(AssociateFrame.IsOne(Of(hex)));

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("1202")]
    [InlineData("1200")]
    [InlineData("12020802")] // a disassociation
    [InlineData("0a0412020801")] // a message
    [InlineData("120208010a00")] // a message behind it
    [InlineData("12ffffffff0f0801")]
    [InlineData("1202ffff")]
    public void Everything_else_is_not(string hex) => Assert.False(AssociateFrame.IsOne(Of(hex)));

    [Fact]
    public void A_web_client_is_not_one() =>
        Assert.False(AssociateFrame.IsOne(ByteString.CopyFrom("GET / HTTP/1.1\r\n\r\n", Encoding.ASCII)));

    private static ByteString Of(string hex) => ByteString.CopyFrom(Convert.FromHexString(hex));
}
