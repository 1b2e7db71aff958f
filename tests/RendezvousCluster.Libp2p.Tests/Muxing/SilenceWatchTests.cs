using RendezvousCluster.Libp2p.Muxing;

namespace RendezvousCluster.Libp2p.Tests.Muxing;

public sealed class SilenceWatchTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private readonly SilenceWatch _watch = new(Interval, Timeout);

    [Fact]
    public void A_remote_that_talks_is_not_asked()
    {
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal((SilenceAction.None, Interval), (_watch.OnTimer(wasHeard: true, out TimeSpan next), next));
        }
    }

    [Fact]
    public void A_silent_remote_is_asked_and_given_up_when_it_stays_silent()
    {
        Assert.Equal((SilenceAction.Ask, Timeout), (_watch.OnTimer(wasHeard: false, out TimeSpan next), next));
        Assert.Equal(SilenceAction.GiveUp, _watch.OnTimer(wasHeard: false, out _));
    }

    [Fact]
    public void Any_sign_of_life_counts_as_an_answer()
    {
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(SilenceAction.Ask, _watch.OnTimer(wasHeard: false, out _));
            Assert.Equal((SilenceAction.None, Interval), (_watch.OnTimer(wasHeard: true, out TimeSpan next), next));
        }
    }

    [Fact]
    public void A_remote_that_falls_silent_at_the_worst_moment_is_given_up_within_two_minutes()
    {
        // Heard just after the timer fired.
        TimeSpan waited = Interval;
        Assert.Equal(SilenceAction.None, _watch.OnTimer(wasHeard: true, out TimeSpan next));
        waited += next;
        Assert.Equal(SilenceAction.Ask, _watch.OnTimer(wasHeard: false, out next));
        waited += next;
        Assert.Equal(SilenceAction.GiveUp, _watch.OnTimer(wasHeard: false, out _));

        Assert.InRange(waited, TimeSpan.Zero, TimeSpan.FromSeconds(120));
    }
}
