using RendezvousCluster.Client.Points;
using RendezvousCluster.Client.Registrations;

namespace RendezvousCluster.Client.Tests.Registrations;

public sealed class RefreshPolicyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly RefreshPolicy _policy =
        new(0.5, 0.75, TimeSpan.FromSeconds(1), new Backoff(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(2)), TimeSpan.FromMinutes(10));

    [Theory]
    [InlineData(7_200, 0, 3_600)]
    [InlineData(7_200, 0.5, 4_500)]
    [InlineData(60, 0, 30)]
    [InlineData(60, 0.999999, 45)]
    [InlineData(1, 0, 1)] // never oftener than the least interval
    public void A_refresh_is_due_in_the_third_quarter_of_the_time_granted(int ttl, double jitter, double dueAfter) =>
        Assert.Equal(dueAfter, (_policy.RefreshAt(new Grant(Noon, TimeSpan.FromSeconds(ttl)), jitter) - Noon).TotalSeconds, precision: 3);

    [Fact]
    public void Refreshes_spread_over_the_whole_quarter()
    {
        Random random = SeededRandom.Create(out _);
        var grant = new Grant(Noon, TimeSpan.FromHours(2));
        double[] minutes = [.. Enumerable.Range(0, 1_000).Select(_ => (_policy.RefreshAt(grant, random.NextDouble()) - Noon).TotalMinutes)];

        Assert.All(minutes, minute => Assert.InRange(minute, 60, 90));
        Assert.All(minutes.CountBy(minute => (int)minute / 5), fives => Assert.InRange(fives.Value, 100, 240));
    }

    [Fact]
    public void After_a_lost_connection_it_is_due_soon_and_later_each_time()
    {
        var grant = new Grant(Noon, TimeSpan.FromHours(2));
        DateTimeOffset now = Noon.AddMinutes(10);

        Assert.Equal(now.AddSeconds(1), _policy.AfterLoss(grant, lossesInARow: 1, now, jitter: 0));
        Assert.Equal(now.AddSeconds(2), _policy.AfterLoss(grant, lossesInARow: 2, now, jitter: 0));
        Assert.Equal(now.AddSeconds(60), _policy.AfterLoss(grant, lossesInARow: 30, now, jitter: 0));
    }

    [Fact]
    public void A_refusal_waits_longer_than_a_failure()
    {
        Assert.Equal(Noon.AddSeconds(1), _policy.RetryAt(AttemptFailure.NotSent, failuresInARow: 1, Noon, jitter: 0));
        Assert.Equal(Noon.AddSeconds(1), _policy.RetryAt(AttemptFailure.OutcomeUnknown, failuresInARow: 1, Noon, jitter: 0));
        Assert.Equal(Noon.AddMinutes(10), _policy.RetryAt(AttemptFailure.Refused, failuresInARow: 1, Noon, jitter: 0));
        Assert.InRange(
            _policy.RetryAt(AttemptFailure.Refused, failuresInARow: 1, Noon, jitter: 0.9), Noon.AddMinutes(7.5), Noon.AddMinutes(8));
    }
}
