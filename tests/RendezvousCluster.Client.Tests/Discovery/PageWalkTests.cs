using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Discovery;

public sealed class PageWalkTests
{
    private const int MaxPages = 10;

    private readonly PageWalk _walk = new(MaxPages);

    [Fact]
    public void A_walk_goes_from_cookie_to_cookie_until_a_page_is_empty()
    {
        _walk.Begin();
        Assert.True(_walk.Cookie.IsEmpty);
        Assert.True(_walk.Took(SomePeers.Page([1], new TestPeer().Discovered())));
        Assert.Equal([1], _walk.Cookie.ToArray());
        Assert.True(_walk.Took(SomePeers.Page([2], new TestPeer().Discovered())));
        Assert.False(_walk.Took(SomePeers.Page([3])));

        _walk.Begin();
        Assert.Equal([3], _walk.Cookie.ToArray()); // the next walk goes on from here
    }

    [Fact]
    public void A_walk_ends_without_a_cookie_and_at_the_same_cookie()
    {
        _walk.Begin();
        Assert.False(_walk.Took(SomePeers.Page([], new TestPeer().Discovered()))); // py-libp2p's last page

        _walk.Begin();
        Assert.True(_walk.Took(SomePeers.Page([1], new TestPeer().Discovered())));
        Assert.False(_walk.Took(SomePeers.Page([1], new TestPeer().Discovered())));
    }

    [Fact]
    public void A_walk_ends_when_pages_only_repeat_themselves()
    {
        DiscoveredPeer peer = new TestPeer().Discovered();
        _walk.Begin();
        Assert.True(_walk.Took(SomePeers.Page([1], peer)));
        Assert.True(_walk.Took(SomePeers.Page([2], peer)));
        Assert.True(_walk.Took(SomePeers.Page([3], peer)));
        Assert.False(_walk.Took(SomePeers.Page([4], peer)));
    }

    [Fact]
    public void Something_new_between_repetitions_keeps_it_going()
    {
        DiscoveredPeer peer = new TestPeer().Discovered();
        _walk.Begin();
        for (byte page = 1; page < MaxPages; page++)
        {
            Assert.True(_walk.Took(SomePeers.Page([page], page % 3 == 0 ? new TestPeer().Discovered() : peer)));
        }
    }

    [Fact]
    public void A_walk_ends_when_nothing_on_the_pages_can_be_used()
    {
        _walk.Begin();
        for (byte page = 1; page <= PageWalk.MaxFruitlessPages; page++)
        {
            Assert.Equal(page < PageWalk.MaxFruitlessPages, _walk.Took(SomePeers.Page([page]) with { Listed = 100, Rejected = 100 }));
        }
    }

    [Fact]
    public void A_walk_ends_after_a_number_of_pages_even_if_they_are_empty()
    {
        _walk.Begin();
        for (byte page = 1; page <= MaxPages; page++)
        {
            Assert.Equal(page < MaxPages, _walk.Took(SomePeers.Page([page], new TestPeer().Discovered())));
        }
    }

    [Fact]
    public void A_refused_cookie_is_forgotten_once()
    {
        _walk.Begin();
        _walk.Took(SomePeers.Page([1], new TestPeer().Discovered()));

        Assert.True(_walk.TryStartOver());
        Assert.True(_walk.Cookie.IsEmpty);
        Assert.False(_walk.TryStartOver());
    }
}
