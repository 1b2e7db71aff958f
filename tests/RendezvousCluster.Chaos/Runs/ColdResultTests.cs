namespace RendezvousCluster.Chaos.Runs;

public sealed class ColdResultTests
{
    private static readonly ColdResult Good = new(
        100, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(4),
        [.. Enumerable.Range(1, 100).Select(tenths => TimeSpan.FromSeconds(tenths / 10.0))], 100, [], []);

    [Fact]
    public void A_result_is_good_when_all_answered_and_nothing_gave_up()
    {
        Assert.True(Good.IsGood);
        Assert.False((Good with { Wrong = ["DISCOVER of cold-1: Unavailable"] }).IsGood);
        Assert.False((Good with { Breakers = ["Circuit Breaker is open"] }).IsGood);
    }

    [Fact]
    public void A_result_shows_the_rate_and_how_long_answers_took()
    {
        string told = Good.ToString();

        Assert.Contains("25 a second", told, StringComparison.Ordinal);
        Assert.Contains("half of the answers within 5.00 s, 99 % within 9.90 s, all within 10.00 s", told, StringComparison.Ordinal);
    }
}
