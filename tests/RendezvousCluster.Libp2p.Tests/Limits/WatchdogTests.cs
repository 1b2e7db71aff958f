using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Tests.Limits;

public sealed class WatchdogTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _time = new();
    private int _expirations;

    [Fact]
    public void The_watchdog_fires_once_at_the_timeout_and_not_before()
    {
        using Watchdog watchdog = Create();
        watchdog.Start();

        _time.Advance(Limit - Tick);
        Assert.Equal(0, _expirations);
        _time.Advance(Tick);
        Assert.Equal(1, _expirations);
        _time.Advance(Limit * 3);
        Assert.Equal(1, _expirations);
    }

    [Fact]
    public void A_watchdog_stopped_in_time_does_not_fire()
    {
        using Watchdog watchdog = Create();
        watchdog.Start();
        _time.Advance(Limit - Tick);

        watchdog.Stop();

        _time.Advance(Limit * 3);
        Assert.Equal(0, _expirations);
    }

    [Fact]
    public void A_second_start_has_its_whole_time_although_the_timer_of_the_first_still_runs()
    {
        using Watchdog watchdog = Create();
        watchdog.Start();
        _time.Advance(Limit / 2);
        watchdog.Stop();
        watchdog.Start();

        _time.Advance(Limit - Tick);
        Assert.Equal(0, _expirations);
        _time.Advance(Tick);
        Assert.Equal(1, _expirations);
    }

    [Fact]
    public void The_watchdog_can_be_used_again_after_it_fired()
    {
        using Watchdog watchdog = Create();
        watchdog.Start();
        _time.Advance(Limit);

        watchdog.Start();
        _time.Advance(Limit);

        Assert.Equal(2, _expirations);
    }

    [Fact]
    public void Disposed_it_is_silent()
    {
        Watchdog watchdog = Create();
        watchdog.Start();

        watchdog.Dispose();
        watchdog.Start();

        _time.Advance(Limit * 3);
        Assert.Equal(0, _expirations);
    }

    private Watchdog Create() => new(_time, Limit, () => _expirations++);
}
