using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Tests.Ownership;

/// <summary>
/// An answer that is given without a row waits until the journal has said that the owner's memory is the newest state. Most commands here
/// are UNREGISTERs of peers that are not registered as far as their owner knows.
/// </summary>
public sealed class JournalOwnerProofTests
{
    private static readonly CompactionSettings Settings = CompactionSettings.Default;

    [Fact]
    public void An_owner_that_was_replaced_does_not_say_that_a_registration_of_its_successor_is_gone()
    {
        OwnerHarness replaced = Serving();
        OwnerHarness successor = replaced.Successor();
        successor.RegisterOk(2);

        replaced.Unregister(2);
        replaced.Run();

        Assert.False(replaced.Replies.ContainsKey(2));
        Assert.Equal(["look 2", "retry 2"], replaced.Done.TakeLast(2));
        Assert.True(replaced.IsStopped);
        Assert.Equal(OwnerPhase.Ended, replaced.Owner.Phase);
    }

    [Fact]
    public void An_owner_of_an_empty_namespace_that_was_replaced_does_not_either()
    {
        OwnerHarness replaced = new OwnerHarness(Settings).Recover();
        replaced.Successor().RegisterOk(2);

        replaced.Unregister(2);
        replaced.Run();

        Assert.False(replaced.Replies.ContainsKey(2));
        Assert.True(replaced.IsStopped);
    }

    [Fact]
    public void A_registration_that_came_between_the_question_and_the_look_is_not_missed()
    {
        OwnerHarness replaced = Serving();
        replaced.Unregister(2);
        replaced.Successor().RegisterOk(2);

        replaced.Run();

        Assert.False(replaced.Replies.ContainsKey(2));
    }

    [Fact]
    public void The_rightful_owner_answers_after_the_look_and_writes_nothing()
    {
        OwnerHarness owner = Serving();
        int rows = owner.Store.Rows.Count;

        owner.Unregister(2);
        Assert.False(owner.Replies.ContainsKey(2));
        owner.Run();

        Assert.Equal(RendezvousStatus.Ok, Assert.IsType<UnregisterReply>(owner.Replies[2]).Status);
        Assert.Equal(rows, owner.Store.Rows.Count);
        Assert.Equal(OwnerPhase.Serving, owner.Owner.Phase);
    }

    [Fact]
    public void A_namespace_that_was_never_used_has_no_row_afterwards()
    {
        OwnerHarness owner = new OwnerHarness(Settings).Recover();

        owner.Unregister(2);
        owner.Run();

        Assert.Equal(RendezvousStatus.Ok, Assert.IsType<UnregisterReply>(owner.Replies[2]).Status);
        Assert.Empty(owner.Store.Rows);
        Assert.Equal(OwnerPhase.Unfenced, owner.Owner.Phase);
    }

    [Fact]
    public void Commands_that_come_during_a_look_share_the_next_one()
    {
        OwnerHarness owner = Serving();

        Enumerable.Range(2, 50).ToList().ForEach(owner.Unregister);
        owner.Run();

        Assert.Equal(2, owner.Done.Count(done => done.StartsWith("look", StringComparison.Ordinal)));
        Assert.All(Enumerable.Range(2, 50), peer => Assert.Equal(RendezvousStatus.Ok, ((UnregisterReply)owner.Replies[peer]).Status));
    }

    [Fact]
    public void A_batch_that_writes_is_proof_enough()
    {
        OwnerHarness owner = Serving();
        owner.Register(3);
        owner.Register(4);
        owner.Unregister(2); // with 4 in one batch, while 3 is being written

        owner.Run();

        Assert.DoesNotContain(owner.Done, done => done.StartsWith("look", StringComparison.Ordinal));
        Assert.Equal(RendezvousStatus.Ok, ((UnregisterReply)owner.Replies[2]).Status);
    }

    [Fact]
    public void An_owner_whose_batch_collides_does_not_say_that_a_registration_is_gone()
    {
        OwnerHarness replaced = Serving();
        replaced.Successor().RegisterOk(2);
        replaced.Register(3);
        replaced.Register(4);
        replaced.Unregister(2);

        replaced.Run();

        Assert.False(replaced.Replies.ContainsKey(2));
    }

    [Fact]
    public void An_owner_that_must_renew_its_fence_soon_does_that_instead_of_looking()
    {
        OwnerHarness owner = Serving();
        owner.Advance(Settings.RenewalAge);

        owner.Unregister(2);
        owner.Run();

        Assert.Equal("write Opened", owner.Done[^1]);
        Assert.Equal(RendezvousStatus.Ok, ((UnregisterReply)owner.Replies[2]).Status);
    }

    [Fact]
    public void An_owner_that_does_not_trust_itself_any_more_makes_way()
    {
        OwnerHarness owner = Serving();
        owner.Advance(Settings.TrustAge);

        owner.Unregister(2);
        owner.Run();

        Assert.False(owner.Replies.ContainsKey(2));
        Assert.True(owner.IsStopped);
    }

    [Fact]
    public void A_journal_that_does_not_say_costs_the_caller_a_retry_and_the_owner_nothing()
    {
        OwnerHarness owner = Serving();
        owner.LooksFail = true;
        owner.Unregister(2);
        owner.Run();
        Assert.Equal("retry 2", owner.Done[^1]);
        Assert.False(owner.IsStopped);

        owner.LooksFail = false;
        owner.Unregister(2);
        owner.Run();

        Assert.Equal(RendezvousStatus.Ok, ((UnregisterReply)owner.Replies[2]).Status);
        Assert.Single(owner.Discover()!.Registrations);
    }

    [Fact]
    public void While_the_journal_is_away_nobody_hears_that_a_registration_is_gone()
    {
        OwnerHarness owner = Serving();
        owner.IsJournalAway = true;

        owner.Unregister(2);
        owner.Run();

        Assert.Equal(RendezvousStatus.Unavailable, ((UnregisterReply)owner.Replies[2]).Status);
    }

    [Fact]
    public void A_look_that_finds_rows_lost_has_the_owner_write_again_what_it_knows()
    {
        OwnerHarness owner = Serving();
        owner.RegisterOk(3);
        owner.Store.Rows.Remove(owner.Store.LastRow);

        owner.Unregister(2);
        owner.Run();
        owner.Unregister(2);
        owner.Run();

        Assert.Equal(RendezvousStatus.Ok, ((UnregisterReply)owner.Replies[2]).Status);
        OwnerHarness successor = owner.Successor();
        successor.Discover();
        successor.Run();
        Assert.Equal(2, successor.Discover()!.Registrations.Count);
    }

    [Fact]
    public void An_owner_that_stops_during_a_look_has_its_callers_ask_again()
    {
        OwnerHarness owner = Serving();
        owner.Unregister(2);
        owner.Unregister(3);

        owner.Owner.Stop();
        owner.Run(); // what the look says comes too late

        Assert.Equal(["look 2", "retry 3", "retry 2"], owner.Done);
        Assert.True(owner.IsStopped);
        Assert.DoesNotContain(owner.Replies, reply => reply.Key is 2 or 3);
    }

    [Fact]
    public void Reads_go_on_during_a_look()
    {
        OwnerHarness owner = Serving();

        owner.Unregister(2);

        Assert.Single(owner.Discover()!.Registrations);
    }

    private static OwnerHarness Serving()
    {
        OwnerHarness owner = new OwnerHarness(Settings).Recover();
        owner.RegisterOk(1);
        owner.Done.Clear();
        return owner;
    }
}
