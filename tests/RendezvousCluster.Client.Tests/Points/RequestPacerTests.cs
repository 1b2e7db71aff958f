using RendezvousCluster.Client.Points;

namespace RendezvousCluster.Client.Tests.Points;

public sealed class RequestPacerTests
{
    private const int PerSecond = 10;

    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly RequestPacer _pacer = new(PerSecond);

    [Fact]
    public void After_a_pause_a_second_s_worth_goes_at_once_and_the_rest_in_step()
    {
        double[] waits = [.. Enumerable.Range(0, 15).Select(_ => _pacer.Reserve(Noon).TotalMilliseconds)];

        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 200, 300, 400, 500], waits);
    }

    [Fact]
    public void A_steady_pace_never_waits()
    {
        for (int request = 0; request < 1_000; request++)
        {
            Assert.Equal(TimeSpan.Zero, _pacer.Reserve(Noon.AddMilliseconds(100 * request)));
        }
    }

    [Fact]
    public void No_second_sees_more_than_the_burst_and_the_pace()
    {
        Random random = SeededRandom.Create(out _);
        DateTimeOffset now = Noon;
        var sent = new List<DateTimeOffset>();
        for (int request = 0; request < 2_000; request++)
        {
            now = now.AddMilliseconds(random.Next(0, 120));
            sent.Add(now + _pacer.Reserve(now));
        }

        Assert.Equal(sent.Order(), sent);
        Assert.All(sent, moment => Assert.InRange(sent.Count(other => other >= moment && other < moment.AddSeconds(1)), 0, 2 * PerSecond));
    }
}
