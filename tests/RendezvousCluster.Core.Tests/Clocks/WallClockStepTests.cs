using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Core.Tests.Clocks;

/// <summary>No step of a wall clock deletes, refuses or prolongs a registration.</summary>
public sealed class WallClockStepTests
{
    private const uint LongestTtl = 259_200;

    private static readonly TimeSpan Belief = WallClockHistory.DefaultBelief;

    private readonly SteppingTimeProvider _wall = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<NamespaceEvent> _journal = [];

    public static TheoryData<int> Steps => [3, -3, 80, -80];

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_step_of_a_running_clock_changes_nothing(int hours)
    {
        ProcessLife life = Start();
        life.Register(1);
        life.Register(2);
        life.Register(3);
        _wall.Step(TimeSpan.FromHours(hours));
        Assert.Equal([7200u, 7200, 7200], life.Discover());

        Assert.Equal(RendezvousStatus.Ok, life.Unregister(1));
        Assert.Equal(RendezvousStatus.Ok, life.Register(1));
        Assert.Equal(RendezvousStatus.Ok, life.Register(2));
        Assert.Equal(RendezvousStatus.Ok, life.Unregister(3));
        _wall.Advance(TimeSpan.FromSeconds(5));
        _wall.Step(TimeSpan.FromHours(-hours));
        Assert.Equal(RendezvousStatus.Ok, life.Register(3));
        Assert.Equal([7195u, 7195, 7200], life.Discover());

        _wall.Advance(TimeSpan.FromSeconds(7200));
        Assert.Empty(life.Discover());
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_step_between_two_owners_of_one_process_changes_nothing(int hours)
    {
        ProcessLife life = Start();
        life.Register(1);
        _wall.Step(TimeSpan.FromHours(hours));
        life.Register(2, ttlSeconds: 9000);
        _wall.Advance(Belief * 1.5);

        life.Recover();

        Assert.Equal([1800u, 3600], life.Discover());
        life.Recover(life.TakeSnapshot());
        Assert.Equal([1800u, 3600], life.Discover());
    }

    [Fact]
    public void A_clock_set_back_between_stop_and_start_refuses_nothing_and_shows_no_more_than_was_granted()
    {
        ProcessLife before = Start();
        before.Register(1);
        before.Register(2);
        before.Register(3);
        before.Unregister(3);
        _wall.Step(TimeSpan.FromHours(-3));

        ProcessLife after = Start();

        Assert.Equal([7200u, 7200], after.Discover());
        Assert.Equal(RendezvousStatus.Ok, after.Unregister(1));
        Assert.Equal(RendezvousStatus.Ok, after.Register(1));
        Assert.Equal(RendezvousStatus.Ok, after.Register(2));
        Assert.Equal(RendezvousStatus.Ok, after.Register(3));
        Assert.Equal([7200u, 7200, 7200], after.Discover());
    }

    [Fact]
    public void A_registration_lives_no_longer_than_its_grant_from_a_restart_on()
    {
        Start().Register(1);
        _wall.Step(TimeSpan.FromHours(-3));
        ProcessLife after = Start();

        _wall.Advance(TimeSpan.FromSeconds(7199));
        Assert.Equal([1u], after.Discover());
        _wall.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(after.Discover());
    }

    [Fact]
    public void A_restart_with_clocks_that_agree_takes_nothing_and_gives_nothing()
    {
        Start().Register(1);
        _wall.Advance(TimeSpan.FromSeconds(1000));

        Assert.Equal([6200u], Start().Discover());
    }

    [Fact]
    public void A_clock_that_was_wrong_at_the_start_and_is_set_right_loses_nothing()
    {
        ProcessLife before = Start();
        before.Register(1, LongestTtl);
        before.Register(2, LongestTtl);
        _wall.Step(TimeSpan.FromHours(80));
        ProcessLife after = Start();
        Assert.Empty(after.Discover());
        _wall.Advance(TimeSpan.FromSeconds(110));
        after.Sweep();
        Assert.Equal(2, after.State.Count);
        NamespaceSnapshot snapshot = after.TakeSnapshot();

        _wall.Step(TimeSpan.FromHours(-80));

        Assert.True(after.MustReadAgain);
        after.Recover(snapshot);
        Assert.Equal([LongestTtl - 110, LongestTtl - 110], after.Discover());
        Assert.False(after.MustReadAgain);
    }

    [Fact]
    public void A_registration_that_seems_to_have_expired_is_freed_when_the_clock_has_kept_its_course_for_an_hour()
    {
        Start().Register(1);
        _wall.Advance(TimeSpan.FromHours(3));
        ProcessLife after = Start();

        _wall.Advance(Belief - TimeSpan.FromTicks(1));
        after.Sweep();
        Assert.Equal((1, 1), (after.State.Count, after.State.UncertainCount));

        _wall.Advance(TimeSpan.FromMilliseconds(1));
        after.Sweep();
        Assert.True(after.State.IsEmpty);
    }

    [Fact]
    public void An_unregister_of_what_seems_to_have_expired_is_written_down()
    {
        Start().Register(1, LongestTtl);
        _wall.Step(TimeSpan.FromHours(80));
        ProcessLife ahead = Start();
        Assert.Equal(RendezvousStatus.Ok, ahead.Unregister(1));

        _wall.Step(TimeSpan.FromHours(-80));
        ahead.Recover();

        Assert.Empty(ahead.Discover());
    }

    [Fact]
    public void A_registration_written_while_the_clock_was_back_is_not_taken_for_older_by_the_next_process()
    {
        ProcessLife before = Start();
        _wall.Step(TimeSpan.FromHours(-3));
        before.Register(1);
        _wall.Step(TimeSpan.FromHours(3));

        Assert.Equal([7200u], Start().Discover());
    }

    [Fact]
    public void A_step_ahead_of_a_running_clock_does_not_hide_what_another_process_wrote()
    {
        Start().Register(1);
        ProcessLife after = Start();
        _wall.Step(TimeSpan.FromHours(3));

        after.Recover();

        Assert.Equal([7200u], after.Discover());
    }

    private ProcessLife Start() => new(_wall, _journal);
}
