using Akka.Actor;
using RendezvousCluster.Registry.Clocks;

namespace RendezvousCluster.Registry.Tests.Clocks;

public sealed class ClocksApartTests
{
    private static readonly Address A = Address.Parse("akka.tcp://r@a.example:4053"), B = Address.Parse("akka.tcp://r@b.example:4053");

    private readonly ClocksApart _apart = new();

    [Fact]
    public void Clocks_that_agree_make_no_remark() => Assert.Null(_apart.Remark);

    [Fact]
    public void The_clock_that_differs_most_is_named_and_the_others_are_counted()
    {
        Assert.True(_apart.Add(A, TimeSpan.FromMinutes(2), "behind"));
        Assert.Equal("the wall clock of a.example:4053 is 120 s behind this node's", _apart.Remark);
        Assert.True(_apart.Add(B, TimeSpan.FromHours(1), "ahead of"));
        Assert.Equal("the wall clock of b.example:4053 is 3600 s ahead of this node's (and 1 more clocks differ)", _apart.Remark);
        Assert.False(_apart.Add(B, TimeSpan.FromMinutes(1), "ahead of"));
        Assert.StartsWith("the wall clock of a.example:4053", _apart.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_agrees_again_or_has_left_is_forgotten()
    {
        _apart.Add(A, TimeSpan.FromMinutes(2), "behind");
        _apart.Add(B, TimeSpan.FromMinutes(1), "behind");
        _apart.Remove(B);
        Assert.DoesNotContain("more", _apart.Remark, StringComparison.Ordinal);
        _apart.KeepOnly([B]);
        Assert.Null(_apart.Remark);
    }
}
