namespace RendezvousCluster.Simulation;

public sealed class SeededSequenceTests
{
    [Fact]
    public void The_numbers_of_a_seed_never_change() => Assert.Equal(
        [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F],
        Enumerable.Repeat(new SeededSequence(0), 3).Select(sequence => sequence.NextBits()));

    [Fact]
    public void Numbers_stay_within_their_bounds()
    {
        var sequence = new SeededSequence(7);
        for (int i = 0; i < 1000; i++)
        {
            Assert.InRange(sequence.Below(3), 0, 2);
            Assert.InRange(sequence.Between(-2, 2), -2, 2);
        }
    }

    [Fact]
    public void Chances_are_about_what_they_should_be()
    {
        var sequence = new SeededSequence(11);

        int hits = Enumerable.Range(0, 10_000).Count(_ => sequence.Chance(250));

        Assert.InRange(hits, 2_300, 2_700);
    }

    [Fact]
    public void Derived_seeds_differ() =>
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(i => SeededSequence.Derive(42, (ulong)i)).Distinct().Count());
}
