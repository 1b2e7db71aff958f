using RendezvousCluster.Client.Points;
using RendezvousCluster.Client.Registrations;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Registrations;

public sealed class RegistrationPlanTests
{
    private const double Jitter = 0;

    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Ttl = TimeSpan.FromHours(2);

    private static readonly RendezvousPoint[] Points =
        [.. RendezvousPoint.ParseAll(Enumerable.Range(1, 3).Select(number => $"/ip4/198.51.100.{number}/tcp/1/p2p/{new TestPeer().Id}"))];

    private static readonly RefreshPolicy Policy =
        new(0.5, 0.75, TimeSpan.FromSeconds(1), new Backoff(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(2)), TimeSpan.FromMinutes(10));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(9, 3)]
    public void A_plan_begins_at_the_best_points_as_many_as_wanted(int wanted, int begun)
    {
        RegistrationPlan plan = Create(wanted);

        Assert.Equal(Points.Take(begun), plan.Begin(Noon));
        Assert.Empty(plan.Begin(Noon)); // they are under way
        Assert.Null(plan.NextDue());
    }

    [Fact]
    public void A_granted_one_is_refreshed_at_half_its_time_for_ever()
    {
        RegistrationPlan plan = Create(1);
        plan.Begin(Noon);
        DateTimeOffset due = plan.Granted(Points[0], new Grant(Noon, Ttl), Noon, Jitter);
        for (int refresh = 1; refresh <= 10_000; refresh++)
        {
            Assert.Equal(Noon + (refresh * Ttl / 2), due);
            Assert.Equal(due, plan.NextDue());
            Assert.Empty(plan.Begin(due.AddTicks(-1)));
            Assert.Equal([Points[0]], plan.Begin(due));
            due = plan.Granted(Points[0], new Grant(due, Ttl), due, Jitter);
        }

        Assert.True(plan.IsRegistered(due));
    }

    [Fact]
    public void A_failing_point_is_replaced_at_once_by_the_next()
    {
        RegistrationPlan plan = Create(1);
        plan.Begin(Noon);

        plan.Failed(Points[0], AttemptFailure.NotSent, notBefore: null, Noon + Ttl, Noon, Jitter);

        Assert.Equal(Noon, Max(plan.NextDue()!.Value, Noon));
        Assert.Equal([Points[1]], plan.Begin(Noon));
    }

    [Fact]
    public void A_replaced_point_is_not_tried_again_while_enough_others_hold()
    {
        RegistrationPlan plan = Create(1);
        plan.Begin(Noon);
        plan.Failed(Points[0], AttemptFailure.NotSent, null, Noon + Ttl, Noon, Jitter);
        plan.Begin(Noon);
        DateTimeOffset due = plan.Granted(Points[1], new Grant(Noon, Ttl), Noon, Jitter);

        Assert.Equal(due, plan.NextDue());
        Assert.Empty(plan.Begin(Noon.AddMinutes(30)));
    }

    [Fact]
    public void A_failing_point_without_an_alternative_is_tried_again_with_growing_waits()
    {
        var plan = new RegistrationPlan([Points[0]], 1, Policy);
        plan.Begin(Noon);
        DateTimeOffset now = Noon;
        foreach (int seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            DateTimeOffset due = plan.Failed(Points[0], AttemptFailure.NotSent, null, Noon + Ttl, now, Jitter);
            Assert.Equal(now.AddSeconds(seconds), due);
            Assert.Equal(due, plan.NextDue());
            now = due;
            Assert.Equal([Points[0]], plan.Begin(now));
        }

        plan.Granted(Points[0], new Grant(now, Ttl), now, Jitter);
        now += Ttl / 2;
        plan.Begin(now);
        Assert.Equal(now.AddSeconds(1), plan.Failed(Points[0], AttemptFailure.NotSent, null, now, now, Jitter)); // as after a first
    }

    [Fact]
    public void A_point_that_is_left_alone_is_not_tried_before()
    {
        var plan = new RegistrationPlan([Points[0]], 1, Policy);
        plan.Begin(Noon);

        Assert.Equal(Noon.AddMinutes(5), plan.Failed(Points[0], AttemptFailure.NotSent, Noon.AddMinutes(5), Noon + Ttl, Noon, Jitter));
    }

    [Fact]
    public void A_failed_refresh_leaves_the_grant_but_does_not_count_as_held()
    {
        RegistrationPlan plan = Create(1);
        plan.Begin(Noon);
        DateTimeOffset due = plan.Granted(Points[0], new Grant(Noon, Ttl), Noon, Jitter);
        plan.Begin(due);
        plan.Failed(Points[0], AttemptFailure.NotSent, null, due + Ttl, due, Jitter);

        Assert.Empty(plan.Held);
        Assert.Equal([Points[0]], plan.MayBeListedAt(due));
        Assert.Equal([Points[1]], plan.Begin(due));
    }

    [Fact]
    public void A_lost_connection_brings_the_refresh_forward_and_a_regular_one_ends_the_row()
    {
        RegistrationPlan plan = Create(1);
        plan.Begin(Noon);
        plan.Granted(Points[0], new Grant(Noon, Ttl), Noon, Jitter);
        DateTimeOffset now = Noon.AddMinutes(1);
        foreach (int seconds in new[] { 1, 2, 4 })
        {
            plan.Lost(Points[0], now, Jitter);
            Assert.Equal(now.AddSeconds(seconds), plan.NextDue());
            now = plan.NextDue()!.Value;
            plan.Begin(now);
            plan.Granted(Points[0], new Grant(now, Ttl), now, Jitter);
        }

        now = plan.NextDue()!.Value;
        plan.Begin(now);
        plan.Granted(Points[0], new Grant(now, Ttl), now, Jitter);
        now = now.AddMinutes(1);
        plan.Lost(Points[0], now, Jitter);
        Assert.Equal(now.AddSeconds(1), plan.NextDue());
    }

    [Fact]
    public void A_connection_lost_just_before_the_refresh_does_not_put_it_off()
    {
        RegistrationPlan plan = Create(1);
        plan.Begin(Noon);
        DateTimeOffset due = plan.Granted(Points[0], new Grant(Noon, Ttl), Noon, Jitter);

        plan.Lost(Points[0], due.AddMilliseconds(-1), Jitter);

        Assert.Equal(due, plan.NextDue());
    }

    [Fact]
    public void A_change_during_an_attempt_is_sent_again_after_it()
    {
        RegistrationPlan plan = Create(1);
        plan.Begin(Noon);
        plan.AddressesChanged(Noon.AddMilliseconds(10));
        plan.Granted(Points[0], new Grant(Noon, Ttl), Noon.AddMilliseconds(20), Jitter);
        Assert.Equal(Noon.AddSeconds(1), plan.NextDue());

        plan.Begin(Noon.AddSeconds(1));
        plan.Lost(Points[0], Noon.AddSeconds(1), Jitter);
        plan.Granted(Points[0], new Grant(Noon.AddSeconds(1), Ttl), Noon.AddSeconds(1), Jitter);
        Assert.Equal(Noon.AddSeconds(2), plan.NextDue());
    }

    [Fact]
    public void New_addresses_go_to_every_point_at_once()
    {
        RegistrationPlan plan = Create(3);
        plan.Begin(Noon);
        plan.Granted(Points[0], new Grant(Noon, Ttl), Noon, Jitter);
        plan.Granted(Points[1], new Grant(Noon, Ttl), Noon, Jitter);
        plan.Failed(Points[2], AttemptFailure.Refused, null, Noon, Noon, Jitter);

        plan.AddressesChanged(Noon.AddMinutes(1));

        Assert.Equal(Points, plan.Begin(Noon.AddMinutes(1)));
    }

    [Fact]
    public void The_first_round_has_failed_when_every_point_has()
    {
        RegistrationPlan plan = Create(2);
        plan.Begin(Noon);
        plan.Failed(Points[0], AttemptFailure.Refused, null, Noon, Noon, Jitter);
        plan.Begin(Noon);
        plan.Failed(Points[1], AttemptFailure.NotSent, null, Noon, Noon, Jitter);
        Assert.False(plan.HasFailedEverywhere); // the third is under way

        plan.Failed(Points[2], AttemptFailure.OutcomeUnknown, null, Noon, Noon, Jitter);
        Assert.True(plan.HasFailedEverywhere);
    }

    [Fact]
    public void A_registration_is_taken_back_at_each_point_that_may_list_it()
    {
        RegistrationPlan plan = Create(3);
        plan.Begin(Noon);
        plan.Granted(Points[0], new Grant(Noon, TimeSpan.FromMinutes(1)), Noon, Jitter);
        plan.Failed(Points[1], AttemptFailure.OutcomeUnknown, null, Noon + Ttl, Noon, Jitter);
        plan.Failed(Points[2], AttemptFailure.Refused, null, Noon + Ttl, Noon, Jitter);

        Assert.Equal([Points[0], Points[1]], plan.MayBeListedAt(Noon));
        Assert.Equal([Points[1]], plan.MayBeListedAt(Noon.AddMinutes(1)));
        Assert.Empty(plan.MayBeListedAt(Noon + Ttl));
    }

    private static RegistrationPlan Create(int wanted) => new(Points, wanted, Policy);

    private static DateTimeOffset Max(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
