using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Discovery;

public sealed class PeerBookTests
{
    private readonly PeerBook _book = new(maxPeers: 3);
    private readonly TestPeer _peer = new();

    [Fact]
    public void A_peer_joins_once_per_namespace()
    {
        Assert.Equal(PeerMerge.Joined, _book.Merge(_peer.Discovered()));
        Assert.Equal(PeerMerge.Known, _book.Merge(_peer.Discovered()));
        Assert.Equal(PeerMerge.Joined, _book.Merge(_peer.Discovered(ns: "other")));
        Assert.Equal(2, _book.Count);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void The_newest_record_wins_in_every_order_of_arrival(ulong first, ulong second)
    {
        _book.Merge(_peer.Discovered(first));

        Assert.Equal(second > first ? PeerMerge.Changed : PeerMerge.Outdated, _book.Merge(_peer.Discovered(second)));
        Assert.Equal(2ul, _book[_peer.Discovered()].Record.Sequence);
    }

    [Theory]
    [InlineData(60, 30)]
    [InlineData(30, 60)]
    public void The_latest_end_that_any_point_told_holds(double first, double second)
    {
        _book.Merge(_peer.Discovered(2, first));
        _book.Merge(_peer.Discovered(1, second));

        Assert.Equal(SomePeers.Noon.AddMinutes(60), _book.NextExpiry);
    }

    [Fact]
    public void A_peer_that_is_not_listed_again_expires()
    {
        TestPeer early = new(), earlier = new();
        _book.Merge(early.Discovered(minutesLeft: 20));
        _book.Merge(earlier.Discovered(minutesLeft: 10));
        _book.Merge(_peer.Discovered(minutesLeft: 30));

        Assert.Empty(_book.Expire(SomePeers.Noon.AddMinutes(10).AddTicks(-1)));
        Assert.Equal([earlier.Id, early.Id], _book.Expire(SomePeers.Noon.AddMinutes(20)).Select(peer => peer.PeerId));
        Assert.Equal(SomePeers.Noon.AddMinutes(30), _book.NextExpiry);
        Assert.Equal(PeerMerge.Joined, _book.Merge(early.Discovered(minutesLeft: 90)));
    }

    [Fact]
    public void A_full_book_takes_nobody_new_but_keeps_up_with_those_it_has()
    {
        _book.Merge(_peer.Discovered());
        _book.Merge(new TestPeer().Discovered());
        _book.Merge(new TestPeer().Discovered());

        Assert.Equal(PeerMerge.LeftOut, _book.Merge(new TestPeer().Discovered()));
        Assert.Equal(PeerMerge.Changed, _book.Merge(_peer.Discovered(2)));
        Assert.Equal(3, _book.Count);
    }

    [Fact]
    public void An_empty_book_expects_nothing() => Assert.Null(_book.NextExpiry);
}
