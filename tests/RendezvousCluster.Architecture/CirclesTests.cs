namespace RendezvousCluster.Architecture;

public class CirclesTests
{
    [Fact]
    public void Two_that_name_each_other_are_one_pair() =>
        Assert.Equal([("a", "b")], Circles.Pairs([("b", "a"), ("a", "b"), ("a", "c"), ("c", "d"), ("d", "a")]));

    [Fact]
    public void Arrows_that_only_lead_away_make_no_circle() =>
        Assert.Empty(Circles.Groups([("a", "b"), ("b", "c"), ("a", "c"), ("a", "a")]));

    [Fact]
    public void A_way_back_over_others_makes_a_circle_of_all_on_the_way() =>
        Assert.Equal(["a", "b", "c"], Assert.Single(Circles.Groups([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("e", "a")])));

    [Fact]
    public void Circles_that_touch_nowhere_are_apart() =>
        Assert.Equal(2, Circles.Groups([("a", "b"), ("b", "a"), ("c", "d"), ("d", "c"), ("a", "c")]).Count);
}
