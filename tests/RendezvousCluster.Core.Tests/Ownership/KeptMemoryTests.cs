using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests.Ownership;

/// <summary>An owner is stopped by an outage, and what comes back lacks what it knew.</summary>
public sealed class KeptMemoryTests
{
    private readonly OwnerHarness _owner = new OwnerHarness(new CompactionSettings { MinEventsBetweenSnapshots = 1_000 }).Recover();

    [Fact]
    public void A_successor_inherits_what_the_database_has_lost()
    {
        Register(1, 2, 3);
        KeptMemory<NamespaceSnapshot> memory = _owner.Owner.Remember()!;
        _owner.Store.Lose(3, long.MaxValue);

        OwnerHarness heir = _owner.Successor(memory);
        heir.Register(4);
        Assert.True(heir.RunOne()); // the fence
        Assert.DoesNotContain(4, heir.Replies.Keys);
        heir.Run();

        Assert.Equal(["write Opened", "snapshot 3", "write Registered"], heir.Done);
        Assert.Equal(new JournalHole(3, 4, 2), heir.Owner.HoleMet);
        Assert.Equal([1, 2, 3, 4], Found(heir.Successor()));
        Assert.Null(heir.Successor().Owner.Hole);
    }

    [Fact]
    public void A_successor_inherits_also_when_nothing_is_left()
    {
        Register(1, 2, 3);
        KeptMemory<NamespaceSnapshot> memory = _owner.Owner.Remember()!;
        _owner.Store.Lose(0, long.MaxValue);

        OwnerHarness heir = _owner.Successor(memory);

        Assert.Equal([1, 2, 3], Found(heir));
        Assert.Equal([1, 2, 3], Found(heir.Successor()));
    }

    [Fact]
    public void A_memory_says_nothing_where_the_journal_says_as_much()
    {
        Register(1, 2, 3);
        KeptMemory<NamespaceSnapshot> memory = _owner.Owner.Remember()!;
        _owner.Unregister(1);
        _owner.Run(); // its outcome was unknown to the one that remembered

        OwnerHarness heir = _owner.Successor(memory);

        Assert.Null(heir.Owner.HoleMet);
        Assert.Equal([2, 3], Found(heir));
    }

    /// <summary>The journal ends with its fence, and does not say what stood before.</summary>
    [Fact]
    public void An_heir_that_ends_before_it_has_written_again_hands_down_more_than_its_last_row()
    {
        Register(1, 2, 3);
        KeptMemory<NamespaceSnapshot> memory = _owner.Owner.Remember()!;
        _owner.Store.Lose(3, long.MaxValue);
        OwnerHarness heir = _owner.Successor(memory);
        heir.Register(4);
        Assert.True(heir.RunOne()); // the fence
        Assert.True(heir.Owner.KnowsMore);

        OwnerHarness next = heir.Successor(heir.Owner.Remember()!);

        Assert.Equal([1, 2, 3], Found(next));
        Assert.Equal([1, 2, 3], Found(next.Successor()));
    }

    /// <summary>The row of its fence comes late, and has the number of a row that was lost.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_heir_whose_fence_fails_hands_down_more_than_that_fence(int lost)
    {
        Register(1, 2, 3);
        KeptMemory<NamespaceSnapshot> memory = _owner.Owner.Remember()!;
        _owner.Store.Lose(4 - lost, long.MaxValue);
        OwnerHarness heir = _owner.Successor(memory);
        heir.Register(4);
        KeptMemory<NamespaceSnapshot> handedDown = heir.Owner.Remember()!;
        Assert.True(heir.RunOne()); // the fence, though the heir does not hear of it

        OwnerHarness next = heir.Successor(handedDown);

        Assert.Equal([1, 2, 3], Found(next));
        Assert.Equal([1, 2, 3], Found(next.Successor()));
    }

    [Fact]
    public void An_owner_without_a_fence_hands_nothing_down()
    {
        Register(1);

        Assert.Null(_owner.Successor().Owner.Remember());
    }

    [Fact]
    public void After_an_outage_an_owner_finds_out_what_is_lost_without_being_asked_for_anything()
    {
        Register(1, 2, 3);
        _owner.Store.Lose(3, long.MaxValue);

        _owner.Owner.Verify(_owner.Now);
        _owner.Run();

        Assert.Equal([1, 2, 3], Found(_owner.Successor()));
    }

    [Fact]
    public void An_heir_that_nobody_asks_writes_what_it_inherited_when_it_verifies_its_journal()
    {
        Register(1, 2, 3);
        KeptMemory<NamespaceSnapshot> memory = _owner.Owner.Remember()!;
        _owner.Store.Lose(3, long.MaxValue);
        OwnerHarness heir = _owner.Successor(memory);

        heir.Owner.Verify(heir.Now);
        heir.Run();

        Assert.Equal([1, 2, 3], Found(heir.Successor()));
    }

    private void Register(params int[] peers) => Array.ForEach(peers, peer => _owner.RegisterOk(peer));

    private static int[] Found(OwnerHarness owner)
    {
        owner.Discover();
        owner.Run();
        PeerId[] all = [.. Enumerable.Range(0, 10).Select(TestPeers.Id)];
        return [.. owner.Owner.State!.LiveAfter(0, owner.Now).Select(found => Array.IndexOf(all, found.Peer)).Order()];
    }
}
