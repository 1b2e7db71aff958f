using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class FoundingTurnTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void The_first_seed_founds_when_no_member_is_known() => Assert.True(new FoundingTurn(0).HasCome(isHeld: false, Start));

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Another_seed_founds_when_no_member_is_known_for_the_head_start_of_the_first(int place)
    {
        var turn = new FoundingTurn(place);

        Assert.False(turn.HasCome(isHeld: false, Start));
        Assert.False(turn.HasCome(isHeld: false, Start + FoundingTurn.HeadStart - Moment));
        Assert.True(turn.HasCome(isHeld: false, Start + FoundingTurn.HeadStart));
    }

    /// <summary>A database that starts again knows its members a second later.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(null)]
    public void A_member_or_a_silent_database_begins_the_wait_anew(bool? isHeld)
    {
        var turn = new FoundingTurn(1);
        Assert.False(turn.HasCome(isHeld: false, Start));
        Assert.False(turn.HasCome(isHeld, Start + FoundingTurn.HeadStart - Moment));

        Assert.False(turn.HasCome(isHeld: false, Start + FoundingTurn.HeadStart));
        Assert.True(turn.HasCome(isHeld: false, Start + FoundingTurn.HeadStart + FoundingTurn.HeadStart));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(null)]
    public void A_node_founds_nothing_while_a_member_lives_or_the_database_is_silent(int? place)
    {
        var turn = new FoundingTurn(place);

        Assert.All(
            Enumerable.Range(0, 100),
            second => Assert.False(turn.HasCome(second % 2 == 0 ? true : null, Start.AddSeconds(second))));
    }

    [Fact]
    public void A_node_that_is_not_among_its_seeds_founds_nothing()
    {
        var turn = new FoundingTurn(null);

        Assert.All(Enumerable.Range(0, 100), second => Assert.False(turn.HasCome(isHeld: false, Start.AddSeconds(second))));
    }
}
