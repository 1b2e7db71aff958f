using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Server.Hosting;

namespace RendezvousCluster.Server.Tests.Hosting;

public sealed class SupervisorNoticesTests
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(30);

    private readonly Supervisor _supervisor = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);

    [Fact]
    public async Task Ready_comes_when_the_host_has_started_and_stopping_when_it_begins_to_stop()
    {
        using SupervisorNotices notices = New(watchdog: null);
        await notices.StartAsync(CancellationToken.None);
        Assert.Empty(_supervisor.Notices);

        _lifetime.NotifyStarted();
        Assert.Equal(["READY=1"], _supervisor.Notices);

        _lifetime.StopApplication();
        Assert.Equal(["READY=1", "STOPPING=1"], _supervisor.Notices);
    }

    [Fact]
    public async Task A_watched_process_beats_from_its_start_until_its_end_and_more_often_than_it_has_to()
    {
        using SupervisorNotices notices = New(Watchdog);
        await notices.StartAsync(CancellationToken.None);
        for (int i = 0; i < 6; i++)
        {
            _time.Advance(Watchdog / SupervisorNotices.BeatsInTime);
        }

        int beats = _supervisor.Notices.Count("WATCHDOG=1".Equals);
        Assert.InRange(beats, 6, 7);

        _lifetime.StopApplication();
        _time.Advance(Watchdog / SupervisorNotices.BeatsInTime);
        Assert.Equal(beats + 1, _supervisor.Notices.Count("WATCHDOG=1".Equals));

        await notices.StopAsync(CancellationToken.None);
        _time.Advance(Watchdog);
        Assert.Equal(beats + 1, _supervisor.Notices.Count("WATCHDOG=1".Equals));
    }

    [Fact]
    public async Task Without_a_supervisor_nothing_is_sent_and_no_timer_runs()
    {
        _supervisor.IsEnabled = false;
        using SupervisorNotices notices = New(Watchdog);
        await notices.StartAsync(CancellationToken.None);
        _lifetime.NotifyStarted();
        _time.Advance(Watchdog);

        Assert.Empty(_supervisor.Notices);
    }

    [Theory]
    [InlineData("30000000", null, 30.0)]
    [InlineData("500000", "17", 0.5)]
    [InlineData("30000000", "18", null)] // another process is watched
    [InlineData(null, null, null)]
    [InlineData("0", null, null)]
    [InlineData("-5", null, null)]
    [InlineData("soon", null, null)]
    public void The_watchdog_of_this_process_is_what_the_environment_says(string? microseconds, string? process, double? seconds) =>
        Assert.Equal(
            seconds is { } given ? TimeSpan.FromSeconds(given) : null,
            SupervisorNotices.WatchdogOf(name => name == "WATCHDOG_USEC" ? microseconds : process, processId: 17));

    private SupervisorNotices New(TimeSpan? watchdog) => new(_supervisor, watchdog, _lifetime, _time);

    private sealed class Supervisor : ISystemdNotifier
    {
        public List<string> Notices { get; } = [];

        public bool IsEnabled { get; set; } = true;

        public void Notify(ServiceState state) => Notices.Add(state.ToString());
    }
}
