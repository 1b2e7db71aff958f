using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Ownership;

/// <summary>An owner whose journal is known to be away tries nothing that could cost it its memory.</summary>
public sealed class JournalOwnerOutageTests
{
    private static readonly CompactionSettings Settings = new();

    private readonly OwnerHarness _owner = new OwnerHarness(Settings).Recover();

    public JournalOwnerOutageTests()
    {
        _owner.RegisterOk(1);
        _owner.Done.Clear();
        _owner.IsJournalAway = true;
    }

    [Fact]
    public void Writes_are_refused_untried_and_what_is_committed_is_read()
    {
        _owner.Register(2);
        _owner.Unregister(1);

        AssertRefused(_owner, 2);
        Assert.Equal(RendezvousStatus.Unavailable, Assert.IsType<UnregisterReply>(_owner.Replies[1]).Status);
        Assert.Single(_owner.Discover()!.Registrations);
        Assert.Empty(_owner.Done);
        Assert.False(_owner.IsStopped);
    }

    [Fact]
    public void A_command_that_is_refused_anyway_is_answered_with_its_own_reason()
    {
        _owner.Owner.Submit(
            7,
            new RegisterCommand(
                OwnerHarness.Chat,
                TestPeers.Id(7),
                TestPeers.Envelope(7),
                RegistrationFlavour.Standard,
                1,
                7200,
                _owner.Now.AddSeconds(-1)),
            _owner.Now);

        Assert.Equal(StatusTexts.DeadlinePassed, Assert.IsType<RegisterReply>(_owner.Replies[7]).StatusText);
    }

    [Fact]
    public void Writes_go_on_as_soon_as_the_journal_is_back()
    {
        _owner.Register(2);
        _owner.IsJournalAway = false;

        _owner.RegisterOk(2);
        Assert.Equal(2, _owner.Discover()!.Registrations.Count);
    }

    [Fact]
    public void A_registration_that_expires_meanwhile_is_not_shown()
    {
        _owner.Advance(TimeSpan.FromSeconds(7200));

        Assert.Empty(_owner.Discover()!.Registrations);
    }

    [Fact]
    public void A_command_behind_a_write_is_refused_when_the_write_ends_without_a_journal()
    {
        _owner.IsJournalAway = false;
        _owner.Register(2);
        _owner.Register(3);
        _owner.IsJournalAway = true;

        _owner.Run();

        Assert.Equal(RendezvousStatus.Ok, Assert.IsType<RegisterReply>(_owner.Replies[2]).Status);
        AssertRefused(_owner, 3);
    }

    [Fact]
    public void A_write_that_waited_for_the_directory_is_refused()
    {
        OwnerHarness owner = new OwnerHarness(Settings).Recover();
        owner.Register(1); // the directory is asked first
        owner.IsJournalAway = true;

        owner.Run();

        AssertRefused(owner, 1);
        Assert.Empty(owner.Done);
    }

    [Fact]
    public void An_owner_that_recovered_and_has_no_fence_yet_shows_nothing()
    {
        OwnerHarness next = _owner.Successor();
        next.IsJournalAway = true;

        next.Register(1);
        next.Unregister(7);

        AssertRefused(next, 1);
        Assert.Equal(RendezvousStatus.Unavailable, Assert.IsType<UnregisterReply>(next.Replies[7]).Status);
        Assert.Equal((RendezvousStatus.Unavailable, StatusTexts.StoreAway), (next.Discover()!.Status, next.Discover()!.StatusText));
        Assert.Empty(next.Done);
    }

    [Fact]
    public void The_fence_is_not_renewed_and_reads_go_on_while_nobody_disputes_the_owner()
    {
        _owner.Advance(Settings.RenewalAge);

        Assert.Single(_owner.Discover()!.Registrations);

        Assert.Empty(_owner.Done);
    }

    [Fact]
    public void A_disputed_owner_shows_nothing_that_is_older_than_any_owner_is_believed_without_asking()
    {
        _owner.IsUndisputed = false;
        _owner.Advance(Settings.RenewalAge - TimeSpan.FromTicks(1));
        Assert.Single(_owner.Discover()!.Registrations);

        _owner.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(RendezvousStatus.Unavailable, _owner.Discover()!.Status);
    }

    [Fact]
    public void An_empty_one_stays_to_be_read()
    {
        _owner.IsJournalAway = false;
        _owner.Unregister(1);
        _owner.Run();
        _owner.Advance(Settings.RenewalAge);
        _owner.Owner.Sweep(_owner.Now);
        _owner.IsJournalAway = true;

        Assert.Empty(_owner.Discover()!.Registrations);
        Assert.False(_owner.Owner.IsIdleAndEmpty);
    }

    [Fact]
    public void An_owner_stops_without_tidying_up_while_the_journal_is_away()
    {
        _owner.Owner.StopTidily(_owner.Now);

        Assert.Empty(_owner.Done);
        Assert.True(_owner.IsStopped);
    }

    [Fact]
    public void Only_an_owner_with_a_fence_leaves_something_behind()
    {
        Assert.Null(_owner.Successor().Owner.Keep());

        Assert.NotNull(_owner.Owner.Keep());
    }

    private static void AssertRefused(OwnerHarness owner, int peer)
    {
        RegisterReply reply = Assert.IsType<RegisterReply>(owner.Replies[peer]);
        Assert.Equal((RendezvousStatus.Unavailable, StatusTexts.StoreAway), (reply.Status, reply.StatusText));
    }
}
