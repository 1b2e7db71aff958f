using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Core.Tests.Ownership;

/// <summary>An owner that is only read from finds out in good time whether it still is the owner.</summary>
public sealed class JournalOwnerRenewalTests
{
    private static readonly CompactionSettings Settings = new();

    private readonly OwnerHarness _owner = new OwnerHarness(Settings).Recover();

    public JournalOwnerRenewalTests()
    {
        _owner.RegisterOk(1);
        _owner.Done.Clear();
    }

    [Fact]
    public void A_read_after_the_age_writes_the_fence_anew_and_does_not_wait_for_it()
    {
        _owner.Advance(Settings.RenewalAge - TimeSpan.FromTicks(1));
        Assert.Single(_owner.Discover()!.Registrations);
        Assert.Empty(_owner.Done);

        _owner.Advance(TimeSpan.FromTicks(1));
        Assert.Single(_owner.Discover()!.Registrations);
        Assert.Equal(["write Opened"], _owner.Done);
        Assert.Single(_owner.Discover()!.Registrations); // one at a time
        _owner.Run();
        Assert.Equal(["write Opened"], _owner.Done);
    }

    [Fact]
    public void An_owner_that_is_read_from_is_trusted_all_the_time()
    {
        for (int i = 0; i < 10; i++)
        {
            _owner.Advance(Settings.RenewalAge);
            _owner.Discover();
            _owner.Run();
        }

        _owner.RegisterOk(2);
    }

    [Fact]
    public void An_owner_that_was_replaced_stops_showing_what_it_remembers()
    {
        OwnerHarness newer = _owner.Successor();
        newer.RegisterOk(2);
        Assert.Single(_owner.Discover()!.Registrations); // it does not know yet

        _owner.Advance(Settings.RenewalAge);
        _owner.Discover();
        _owner.Run();

        Assert.Contains("collision", _owner.Done);
        Assert.True(_owner.IsStopped);
        Assert.Null(_owner.Discover());
    }

    [Fact]
    public void An_owner_that_was_left_alone_for_too_long_recovers_instead()
    {
        _owner.Advance(Settings.TrustAge);

        Assert.Null(_owner.Discover());

        Assert.Equal(["retry -1"], _owner.Done);
        Assert.True(_owner.IsStopped);
    }

    [Fact]
    public void An_empty_one_writes_nothing_and_had_better_leave()
    {
        _owner.Unregister(1);
        _owner.Run();
        _owner.Done.Clear();
        _owner.Advance(Settings.RenewalAge - TimeSpan.FromTicks(1));
        _owner.Owner.Sweep(_owner.Now);
        Assert.Empty(_owner.Discover()!.Registrations);
        Assert.False(_owner.Owner.IsIdleAndEmpty);

        _owner.Advance(TimeSpan.FromTicks(1));
        Assert.Empty(_owner.Discover()!.Registrations);

        Assert.True(_owner.Owner.IsIdleAndEmpty);
        Assert.Empty(_owner.Done);
    }
}
