namespace RendezvousCluster.Chaos.Network;

public sealed class DelayLineTests
{
    private const int Sent = 200;

    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Without_a_delay_all_arrives_at_once()
    {
        var line = new DelayLine(seed: 1);

        Assert.Equal(Start, line.DueAt(Start));
        Assert.Equal(Start.AddMilliseconds(1), line.DueAt(Start.AddMilliseconds(1)));
    }

    [Fact]
    public void A_delay_is_between_half_of_the_longest_and_all_of_it()
    {
        var line = new DelayLine(seed: 1);
        line.Delay(Longest);

        double[] delays = [.. Moments().Select(sent => (line.DueAt(sent) - sent) / Longest)];

        Assert.All(delays, delay => Assert.InRange(delay, 0.5, 1));
        Assert.InRange(delays.Max() - delays.Min(), 0.4, 0.5);
    }

    [Fact]
    public void Nothing_overtakes_what_was_sent_earlier()
    {
        var line = new DelayLine(seed: 1);
        line.Delay(Longest);

        DateTimeOffset[] due = [.. Enumerable.Range(0, Sent).Select(at => line.DueAt(Start.AddMilliseconds(at)))];
        line.Delay(TimeSpan.Zero);

        Assert.Equal(due.Order(), due);
        Assert.Equal(due[^1], line.DueAt(Start.AddMilliseconds(Sent)));
        Assert.Equal(Start.AddMinutes(1), line.DueAt(Start.AddMinutes(1)));
    }

    [Fact]
    public void A_delay_line_follows_from_its_seed()
    {
        Assert.Equal(Due(7), Due(7));
        Assert.NotEqual(Due(7), Due(8));

        static DateTimeOffset[] Due(int seed)
        {
            var line = new DelayLine(seed);
            line.Delay(Longest);
            return [.. Moments().Select(line.DueAt)];
        }
    }

    // So far apart that none waits for the one before.
    private static IEnumerable<DateTimeOffset> Moments() => Enumerable.Range(0, Sent).Select(at => Start.AddSeconds(at));
}
