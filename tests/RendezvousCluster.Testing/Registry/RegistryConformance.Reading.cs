using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using Xunit;

namespace RendezvousCluster.Testing.Registry;

public abstract partial class RegistryConformance
{
    [Theory]
    [InlineData(0ul)]
    [InlineData(12345ul)]
    public async Task An_unknown_namespace_is_empty(ulong after)
    {
        DiscoverQuery query = Discover(RendezvousNamespace.Parse("nobody is here"), after);
        Assert.Empty(await DiscoverOkAsync(query));
        Assert.True((await SendAsync(query)).IsComplete);
    }

    [Fact]
    public async Task Namespaces_do_not_leak_into_one_another()
    {
        RendezvousNamespace other = RendezvousNamespace.Parse("Chat");
        await RegisterOkAsync(Register(1));
        await RegisterOkAsync(Register(2, other));

        AssertEnvelopes(await DiscoverOkAsync(Discover()), TestPeers.Envelope(1));
        AssertEnvelopes(await DiscoverOkAsync(Discover(other)), TestPeers.Envelope(2));
    }

    [Fact]
    public async Task A_registration_is_found_until_the_millisecond_it_expires()
    {
        await RegisterOkAsync(Register(1, ttlSeconds: 3));

        Time.Advance(TimeSpan.FromMilliseconds(2999));
        Assert.Equal(1u, Assert.Single(await DiscoverOkAsync(Discover())).RemainingTtlSeconds);

        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Empty(await DiscoverOkAsync(Discover()));
    }

    [Fact]
    public async Task The_remaining_time_is_rounded_down()
    {
        await RegisterOkAsync(Register(1, ttlSeconds: 10));

        Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(9u, Assert.Single(await DiscoverOkAsync(Discover())).RemainingTtlSeconds);
    }

    [Fact]
    public async Task A_chain_of_pages_gives_everything_once_and_then_only_what_is_new()
    {
        for (int peer = 0; peer < 25; peer++)
        {
            await RegisterOkAsync(Register(peer));
        }

        var found = new List<DiscoveredRegistration>();
        ulong cookie = 0;
        foreach (int expected in new[] { 10, 10, 5, 0 })
        {
            IReadOnlyList<DiscoveredRegistration> page = await DiscoverOkAsync(Discover(after: cookie, limit: 10));
            Assert.Equal(expected, page.Count);
            found.AddRange(page);
            cookie = found[^1].Revision;
        }

        AssertEnvelopes(found, [.. Enumerable.Range(0, 25).Select(peer => TestPeers.Envelope(peer))]);
        await RegisterOkAsync(Register(99));
        AssertEnvelopes(await DiscoverOkAsync(Discover(after: cookie)), TestPeers.Envelope(99));
    }

    [Fact]
    public async Task A_page_is_cut_by_bytes_but_never_empty()
    {
        for (int peer = 0; peer < 3; peer++)
        {
            await RegisterOkAsync(Register(peer, bytes: 100));
        }

        Assert.Equal(2, (await DiscoverOkAsync(Discover(maxBytes: 200))).Count);
        Assert.Equal(1, (await DiscoverOkAsync(Discover(maxBytes: 199))).Count);
        Assert.Equal(1, (await DiscoverOkAsync(Discover(maxBytes: 1))).Count);
    }

    [Fact]
    public async Task Pages_that_are_cut_by_bytes_add_up_to_the_whole_namespace()
    {
        for (int peer = 0; peer < 60; peer++)
        {
            await RegisterOkAsync(Register(peer, bytes: 4096));
        }

        byte[][] stored = [.. Enumerable.Range(0, 60).Select(peer => TestPeers.Envelope(peer, bytes: 4096))];
        AssertEnvelopes((await Registry.DiscoverWholeAsync(Discover())).Registrations, stored);
        AssertEnvelopes((await Registry.DiscoverWholeAsync(Discover(limit: 59))).Registrations, stored[..59]);
        AssertEnvelopes((await Registry.DiscoverWholeAsync(Discover(maxBytes: 1))).Registrations, stored);
    }

    [Theory]
    [InlineData(2, 1_000, false)]
    [InlineData(3, 1_000, true)]
    [InlineData(1_000, 299, false)]
    [InlineData(1_000, 300, true)]
    [InlineData(1_000, 1, false)]
    public async Task A_page_is_complete_when_nothing_live_follows_it(int limit, int maxBytes, bool expected)
    {
        await RegisterOkAsync(Register(0, bytes: 100));
        await RegisterOkAsync(Register(1, bytes: 100));
        await RegisterOkAsync(Register(2, bytes: 100));
        await RegisterOkAsync(Register(3, bytes: 100, ttlSeconds: 1));
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(expected, (await SendAsync(Discover(limit: limit, maxBytes: maxBytes))).IsComplete);
    }

    [Fact]
    public async Task A_cookie_from_the_future_is_refused()
    {
        await RegisterOkAsync(Register(1));
        ulong now = (ulong)Time.GetUtcNow().ToUnixTimeMilliseconds() << 20;

        Assert.Empty(await DiscoverOkAsync(Discover(after: now)));
        DiscoverReply refused = await SendAsync(Discover(after: now + 1));

        Assert.Equal(RendezvousStatus.InvalidCookie, refused.Status);
        Assert.NotEmpty(refused.StatusText);
        Assert.Empty(refused.Registrations);
    }

    [Fact]
    public async Task A_cookie_from_the_future_is_refused_where_nobody_registered()
    {
        ulong now = (ulong)Time.GetUtcNow().ToUnixTimeMilliseconds() << 20;

        Assert.Empty(await DiscoverOkAsync(Discover(after: now)));
        Assert.Equal(RendezvousStatus.InvalidCookie, (await SendAsync(Discover(after: now + 1))).Status);
    }

    [Fact]
    public async Task Revisions_count_on_while_the_clock_stands_still()
    {
        ulong now = (ulong)Time.GetUtcNow().ToUnixTimeMilliseconds();
        for (int peer = 0; peer < 3; peer++)
        {
            await RegisterOkAsync(Register(peer));
        }

        // A loaded machine lets a command be sent again, and a copy that is a refresh takes a revision too.
        ulong[] revisions = [.. (await DiscoverOkAsync(Discover())).Select(registration => registration.Revision)];
        Assert.Equal(3, revisions.Length);
        Assert.Equal(revisions.Distinct().Order(), revisions);
        Assert.All(revisions, revision => Assert.Equal(now, revision >> 20));
        Assert.Empty(await DiscoverOkAsync(Discover(after: revisions[^1])));
    }
}
