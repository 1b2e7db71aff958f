using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Server.FrontEnd;

namespace RendezvousCluster.Server.Tests.FrontEnd;

public sealed class PageEntriesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1000)]
    public void A_page_holds_what_was_added_in_its_order(int count)
    {
        var page = new PageEntries();
        for (int ttl = 0; ttl < count; ttl++)
        {
            page.Add(Entry(ttl));
        }

        Assert.Equal(count, page.Count);
        Assert.Equal(Enumerable.Range(0, count).Select(ttl => (ulong)ttl), page.Select(entry => entry.TtlSeconds));
        Assert.Throws<ArgumentOutOfRangeException>(() => page[count]);
        Assert.Throws<ArgumentOutOfRangeException>(() => page[-1]);
    }

    [Fact]
    public void A_page_that_was_given_back_is_empty_and_shows_nothing_of_the_next_one()
    {
        var first = new PageEntries();
        first.Expect(100);
        first.Add(Entry(1));
        first.Release();

        var second = new PageEntries();
        second.Expect(100);
        second.Add(Entry(2));

        Assert.Empty(first);
        Assert.Throws<ArgumentOutOfRangeException>(() => first[0]);
        first.Release();
        Assert.Equal(2ul, Assert.Single(second).TtlSeconds);
    }

    [Fact]
    public void A_page_keeps_what_it_holds_when_it_makes_room()
    {
        var page = new PageEntries();
        page.Add(Entry(7));
        page.Expect(500);

        Assert.Equal(7ul, Assert.Single(page).TtlSeconds);
    }

    private static Registration Entry(int ttl) => new(new byte[] { 1 }, new byte[] { 2 }, (uint)ttl);
}
