using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing.Registry;
using IPort = RendezvousCluster.Core.Ownership.IOwnerPort<
    int,
    RendezvousCluster.Core.Namespaces.INamespaceReply,
    RendezvousCluster.Core.Namespaces.NamespaceEvent,
    RendezvousCluster.Core.Namespaces.NamespaceSnapshot>;

namespace RendezvousCluster.Core.Tests.Namespaces;

/// <summary>A registration is not written before its namespace is listed for longer than it lives.</summary>
public sealed class NamespaceOwnerListingTests : INamespaceOwnerPort<int>
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private readonly NamespaceOwner<int> _owner;
    private readonly List<string> _done = [];
    private readonly List<NamespaceAnnouncement> _announcements = [];
    private readonly Dictionary<int, INamespaceReply> _replies = [];
    private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public NamespaceOwnerListingTests()
    {
        _owner = new NamespaceOwner<int>(this);
        _owner.RecoveryCompleted(Guid.NewGuid(), 0, _now);
    }

    [Fact]
    public void The_first_registration_waits_for_the_directory()
    {
        Register(1, ttlSeconds: 7200);
        Assert.Equal(["announce"], _done);
        Assert.Equal(_now.AddSeconds(7200) + ListingTerm.Default.Margin, _announcements[0].ListedUntil);

        Confirm();
        Assert.Equal(["announce", "write 2"], _done);
        Commit();
        Assert.Equal(RendezvousStatus.Ok, ((RegisterReply)_replies[1]).Status);
    }

    [Fact]
    public void Later_ones_do_not_and_say_once_a_minute_that_the_namespace_is_active()
    {
        RegisterFirst();

        Register(2);
        Assert.Equal(["write 1"], _done);
        Commit();
        _now += DirectoryState.ActivitySpan;
        Register(3);
        Assert.Equal(["write 1", "write 1", "announce"], _done.OrderDescending());
        Commit();
        Confirm();
        Register(4);
        Assert.Single(_announcements.Skip(1));
    }

    [Fact]
    public void A_listing_is_renewed_in_time_and_the_write_does_not_wait()
    {
        RegisterFirst();

        _now += ListingTerm.Default.Margin - ListingTerm.Default.Renewal + TimeSpan.FromSeconds(1);
        Register(2);

        Assert.Contains("write 1", _done);
        Assert.Equal(_now.AddSeconds(7200) + ListingTerm.Default.Margin, _announcements[^1].ListedUntil);
    }

    [Fact]
    public void A_registration_that_would_outlive_the_listing_waits()
    {
        RegisterFirst();

        Register(2, ttlSeconds: 7200 + (uint)ListingTerm.Default.Margin.TotalSeconds + 1);
        Assert.Equal(["announce"], _done);
        Confirm();
        Assert.Equal(["announce", "write 1"], _done);
    }

    [Fact]
    public void An_announcement_under_way_that_is_not_enough_is_followed_by_another()
    {
        RegisterFirst();
        _now += DirectoryState.ActivitySpan;
        Register(2);
        Commit();
        Register(3, ttlSeconds: 7200 + (uint)ListingTerm.Default.Margin.TotalSeconds + 100);
        _done.Clear();

        Confirm();
        Assert.Equal(["announce"], _done);
        Confirm();
        Assert.Equal(["announce", "write 1"], _done);
    }

    [Fact]
    public void Without_an_answer_the_callers_try_again_and_the_next_write_asks_again()
    {
        Register(1);
        Register(2);
        _done.Clear();

        _owner.AnnouncementFailed(_now);

        Assert.Equal(["retry 1", "announce"], _done);
        Confirm();
        Commit();
        Assert.Equal([2], _replies.Keys);
    }

    [Fact]
    public void A_full_directory_is_a_refusal()
    {
        Register(1);
        _owner.AnnouncementRefused(_now);

        Assert.Equal(
            (RendezvousStatus.Unavailable, StatusTexts.TooManyNamespaces),
            (((RegisterReply)_replies[1]).Status, ((RegisterReply)_replies[1]).StatusText));
        Assert.False(_owner.IsWriting);
        Assert.False(_owner.HasJournal);
    }

    [Fact]
    public void A_failed_renewal_changes_nothing()
    {
        RegisterFirst();
        _now += DirectoryState.ActivitySpan;
        Register(2);
        _owner.AnnouncementFailed(_now);
        Commit();

        Assert.Equal(RendezvousStatus.Ok, ((RegisterReply)_replies[2]).Status);
    }

    [Fact]
    public void Unregistering_in_an_unknown_namespace_tells_the_directory_nothing()
    {
        _owner.Submit(1, new UnregisterCommand(Chat, TestPeers.Id(1), _now.AddSeconds(5)), _now);

        Assert.Empty(_announcements);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_owner_that_stops_while_it_waits_ends_after_the_answer(bool confirmed)
    {
        Register(1);
        _owner.Stop();
        Assert.DoesNotContain("stop", _done);

        if (confirmed)
        {
            Confirm();
            Commit();
            Assert.Equal(RendezvousStatus.Ok, ((RegisterReply)_replies[1]).Status);
        }
        else
        {
            _owner.AnnouncementFailed(_now);
            Assert.Contains("retry 1", _done);
        }

        Assert.Equal("stop", _done[^1]);
    }

    TimeSpan IPort.Elapsed => TimeSpan.Zero;

    bool IPort.IsJournalAway => false;

    bool IPort.IsUndisputed => true;

    void IPort.LookAtEnd(long expected, bool isOwn) => _done.Add($"look {expected}");

    void IPort.Mend(long found, long to) => throw new NotSupportedException();

    void IPort.SaveSnapshot(long sequence, NamespaceSnapshot snapshot) => throw new NotSupportedException();

    void IPort.DeleteSnapshots(long upToSequence) => throw new NotSupportedException();

    void IPort.DeleteEvents(long upToSequence) => throw new NotSupportedException();

    void IPort.Reply(int caller, INamespaceReply reply) => _replies.Add(caller, reply);

    void IPort.RetryLater(int caller) => _done.Add($"retry {caller}");

    void IPort.Write(IReadOnlyList<NamespaceEvent> events) => _done.Add($"write {events.Count}");

    void INamespaceOwnerPort<int>.Announce(NamespaceAnnouncement announcement)
    {
        _announcements.Add(announcement);
        _done.Add("announce");
    }

    void IPort.Stop() => _done.Add("stop");

    private void Register(int peer, uint ttlSeconds = 7200) => _owner.Submit(
        peer,
        new RegisterCommand(
            Chat, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, ttlSeconds, _now.AddSeconds(5)),
        _now);

    private void Confirm() => _owner.Announced(_announcements[^1].ListedUntil, _now);

    private void Commit() => _owner.Committed(_now);

    private void RegisterFirst()
    {
        Register(1);
        Confirm();
        Commit();
        _done.Clear();
    }
}
