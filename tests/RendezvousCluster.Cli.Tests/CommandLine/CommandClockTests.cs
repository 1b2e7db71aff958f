using RendezvousCluster.Cli.CommandLine;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Cli.Tests.CommandLine;

public sealed class CommandClockTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset ExpiresAt = Start.AddHours(2);

    private readonly SteppingTimeProvider _wall = new(Start);
    private readonly CommandClock _clock;

    public CommandClockTests() => _clock = new CommandClock(_wall);

    [Fact]
    public void A_peer_has_no_more_to_live_when_the_wall_clock_is_set_back()
    {
        _wall.Step(TimeSpan.FromHours(-3));
        _wall.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(TimeSpan.FromMinutes(110), ExpiresAt - _clock.GetUtcNow());
        Assert.Equal(_wall.GetUtcNow().AddMinutes(110), _clock.ToWall(ExpiresAt));
    }

    [Fact]
    public void The_clock_goes_ahead_with_the_wall_clock_as_after_a_suspend()
    {
        _wall.Step(TimeSpan.FromHours(1));

        Assert.Equal(Start.AddHours(1), _clock.GetUtcNow());
        Assert.Equal(ExpiresAt, _clock.ToWall(ExpiresAt));
    }
}
