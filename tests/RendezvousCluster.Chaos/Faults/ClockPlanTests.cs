namespace RendezvousCluster.Chaos.Faults;

public sealed class ClockPlanTests
{
    private const int Nodes = 3;

    [Fact]
    public void A_clock_plan_follows_from_its_seed()
    {
        Assert.Equal(Steps(3), Steps(3));
        Assert.NotEqual(Steps(3), Steps(4));
    }

    [Fact]
    public void A_clock_steps_in_both_directions_and_all_are_right_at_the_end()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            IReadOnlyList<IReadOnlyList<ClockStep>> rounds = ClockPlan.Rounds(seed, node: 1, Nodes);

            Assert.True(rounds[0][0].Offset * rounds[1][0].Offset < 0);
            Assert.All(rounds.SkipLast(1).SelectMany(round => round), step =>
                Assert.InRange(Math.Abs(step.Offset), ClockPlan.Least, ClockPlan.Most));
            Assert.Equal(Enumerable.Range(0, Nodes), rounds[^2].Select(step => step.Node));
            Assert.Equal(Enumerable.Range(0, Nodes).Select(node => new ClockStep(node, 0)), rounds[^1]);
        }
    }

    [Fact]
    public void Large_steps_go_in_both_directions_and_beyond_what_registrations_live()
    {
        long longest = (long)TimeSpan.FromHours(72).TotalMilliseconds;
        var all = new List<ClockStep>();
        for (int seed = 0; seed < 50; seed++)
        {
            IReadOnlyList<IReadOnlyList<ClockStep>> rounds = ClockPlan.FarRounds(seed, node: 1, Nodes);
            Assert.Contains(rounds[^2], step => step.Offset > 0);
            Assert.Contains(rounds[^2], step => step.Offset < 0);
            Assert.Equal(Enumerable.Range(0, Nodes).Select(node => new ClockStep(node, 0)), rounds[^1]);
            all.AddRange(rounds.SkipLast(1).SelectMany(round => round));
        }

        Assert.All(all, step => Assert.InRange(Math.Abs(step.Offset), ClockPlan.LeastFar, ClockPlan.MostFar));
        Assert.Contains(all, step => step.Offset > longest);
        Assert.Contains(all, step => step.Offset < -longest);
    }

    [Fact]
    public void Some_clocks_are_apart_by_more_than_a_request_may_take_and_some_are_not()
    {
        long[] widest =
            [.. Enumerable.Range(0, 50).Select(seed => Steps(seed).Max(step => step.Offset) - Steps(seed).Min(step => step.Offset))];

        Assert.Contains(widest, spread => spread < Checking.Allowances.RequestTimeout);
        Assert.Contains(widest, spread => spread > 4 * Checking.Allowances.RequestTimeout);
    }

    private static ClockStep[] Steps(int seed) => [.. ClockPlan.Rounds(seed, node: 0, Nodes).SelectMany(round => round)];
}
