using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.Invariants;

/// <summary>What follows from what a client knows. A second is a thousand; TTLs are ten minutes unless said otherwise.</summary>
public sealed class PeerHistoryTests
{
    private const int Minute = 60_000;
    private const int Ttl = 10 * Minute;

    private readonly ClockHistory _clocks = new();
    private readonly PeerHistory _history;

    public PeerHistoryTests() =>
        _history = new PeerHistory(new Allowances(new SimulationSettings { Families = FaultFamilies.Network }, _clocks));

    [Fact]
    public void An_acknowledged_registration_must_be_found_until_it_expires()
    {
        Register(1, at: 1_000, acknowledged: 1_010);

        Assert.Null(_history.MustBeFound(1_005, 1_020));
        Assert.NotNull(_history.MustBeFound(1_011, 1_020));
        Assert.NotNull(_history.MustBeFound(Ttl + 900, Ttl + 999));
        Assert.Null(_history.MustBeFound(Ttl + 900, Ttl + 1_001));
    }

    [Fact]
    public void An_unanswered_registration_need_not_be_found_and_may_be()
    {
        Register(1, at: 1_000, acknowledged: null);

        Assert.Null(_history.MustBeFound(2_000, 2_010));
        Assert.Null(Judge(1, remaining: Ttl / 1000, at: 2_000));
    }

    [Fact]
    public void An_unregister_without_an_answer_may_have_taken_it_away_or_not()
    {
        Register(1, at: 1_000, acknowledged: 1_010);
        Unregister(at: 2_000, acknowledged: null);

        Assert.Null(_history.MustBeFound(3_000, 3_010));
        Assert.Null(Judge(1, (Ttl / 1000) - 3, at: 3_000));
    }

    [Fact]
    public void A_registration_taken_back_does_not_come_back()
    {
        Register(1, at: 1_000, acknowledged: 1_010);
        Unregister(at: 2_000, acknowledged: 2_010);

        Assert.Equal(Invariant.UnregisteredStaysAway, Judge(1, (Ttl / 1000) - 3, at: 3_000));
        Assert.Null(_history.Judge(new Sighting(1, (Ttl / 1000) - 3, 3_000, 3_001, 0), fresh: false, out _));
    }

    [Fact]
    public void A_register_that_is_still_under_way_may_follow_an_unregister()
    {
        Register(1, at: 1_000, acknowledged: null);
        Unregister(at: 2_000, acknowledged: 2_010);

        Assert.Null(Judge(1, Ttl / 1000, at: 3_000));
        Unregister(at: 12_000, acknowledged: 12_010);
        Assert.Equal(Invariant.UnregisteredStaysAway, Judge(1, (Ttl / 1000) - 11, at: 13_000));
    }

    [Fact]
    public void An_older_record_does_not_come_back()
    {
        Register(1, at: 1_000, acknowledged: 1_010);
        Register(2, at: 2_000, acknowledged: 2_010);

        Assert.Equal(Invariant.AcknowledgedIsFound, Judge(1, (Ttl / 1000) - 3, at: 3_000));
        Assert.Null(Judge(2, (Ttl / 1000) - 1, at: 3_000));
    }

    [Fact]
    public void A_refresh_is_not_undone()
    {
        Register(1, at: 1_000, acknowledged: 1_010);
        Register(1, at: 5 * Minute, acknowledged: (5 * Minute) + 10);

        Assert.Equal(Invariant.RetriesShortenNothing, Judge(1, (Ttl - (5 * Minute)) / 1000, at: (5 * Minute) + 2_000));
        Assert.Null(Judge(1, (Ttl / 1000) - 2, at: (5 * Minute) + 2_000));
    }

    [Fact]
    public void Nothing_lives_longer_than_granted()
    {
        Register(1, at: 1_000, acknowledged: 1_010);

        Assert.Equal(Invariant.ExpiredIsNotFound, Judge(1, (Ttl / 1000) + 30, at: 2_000));
        Assert.Equal(Invariant.ExpiredIsNotFound, Judge(1, 1, at: 1_000 + Ttl + 6_000));
    }

    [Fact]
    public void A_registration_that_no_peer_made_is_a_violation() => Assert.Equal(Invariant.BytesAreIdentical, Judge(5, 10, at: 1_000));

    [Fact]
    public void As_far_as_clocks_are_apart_nothing_is_sure()
    {
        _clocks.Set(0, -10_000, 10_000);
        Register(1, at: 1_000, acknowledged: 1_010);

        Assert.NotNull(_history.MustBeFound(2_000, Ttl - 19_001));
        Assert.Null(_history.MustBeFound(2_000, Ttl - 18_999));
        Assert.Null(Judge(1, (Ttl / 1000) + 15, at: 2_000));
    }

    private void Register(int version, long at, long? acknowledged, long ttl = Ttl) =>
        End(_history.Invoke(version, ttl, 0, at), acknowledged);

    private void Unregister(long at, long? acknowledged) => End(_history.Invoke(-1, 0, 0, at), acknowledged);

    private static void End(RegistrationWrite write, long? acknowledged)
    {
        write.Acknowledged = acknowledged;
        write.SeenFrom = acknowledged ?? RegistrationWrite.Never;
    }

    private Invariant? Judge(int version, long remaining, long at) =>
        _history.Judge(new Sighting(version, remaining, at, at + 1, 0), fresh: true, out _);
}
