using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Registry.Readiness;

namespace RendezvousCluster.Registry.Tests.Readiness;

public sealed class FindingTimesTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ReadinessCause Silent = new(ReadinessState.StoreSilent, "silent");
    private static readonly ReadinessCause Full = new(ReadinessState.Full, "full");

    private readonly FakeTimeProvider _time = new(Noon);
    private readonly FindingTimes _times;

    public FindingTimesTests() => _times = new FindingTimes(_time);

    [Fact]
    public void A_cause_keeps_the_time_of_its_first_look_though_its_words_change()
    {
        _times.Date([Silent], []);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(
            [new("database", true, "silent, still", Noon), new("capacity", false, "full", Noon.AddMinutes(1))],
            _times.Date([Silent with { Text = "silent, still" }], [Full]));
    }

    [Fact]
    public void A_cause_that_comes_back_begins_anew()
    {
        _times.Date([Silent], []);
        _times.Date([], []);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(Noon.AddMinutes(1), Assert.Single(_times.Date([Silent], [])).Since);
    }
}
