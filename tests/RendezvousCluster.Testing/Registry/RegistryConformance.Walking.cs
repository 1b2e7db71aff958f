using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using Xunit;

namespace RendezvousCluster.Testing.Registry;

public abstract partial class RegistryConformance
{
    [Fact]
    public async Task A_walk_over_nothing_is_complete_and_empty()
    {
        DiscoverAllReply reply = await SendAsync(DiscoverAll(WalkPosition.Start));

        Assert.Equal((RendezvousStatus.Ok, true), (reply.Status, reply.IsComplete));
        Assert.Empty(reply.Registrations);
        Assert.Equal(WalkPosition.Start with { Since = reply.Next.Since }, reply.Next);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task A_walk_finds_every_registration_of_every_namespace_once(int limit)
    {
        for (int peer = 0; peer < 40; peer++)
        {
            await RegisterOkAsync(Register(peer, Numbered(peer % 13)));
        }

        (List<DiscoveredRegistration> found, _) = await WalkAsync(WalkPosition.Start, limit);

        Assert.Equal(
            Enumerable.Range(0, 40).Select(peer => (Numbered(peer % 13).Name, Convert.ToHexString(TestPeers.Envelope(peer)))).Order(),
            found.Select(registration => (registration.Namespace.Name, Convert.ToHexString(registration.Envelope.Span))).Order());
        foreach (IGrouping<RendezvousNamespace, DiscoveredRegistration> one in found.GroupBy(registration => registration.Namespace))
        {
            Assert.Equal(one.Select(registration => registration.Revision).Order(), one.Select(registration => registration.Revision));
        }
    }

    [Fact]
    public async Task The_walk_after_a_walk_brings_what_is_new()
    {
        await RegisterOkAsync(Register(1, Numbered(1)));
        await RegisterOkAsync(Register(2, Numbered(2)));
        Time.Advance(2 * WalkPosition.Overlap);
        (_, WalkPosition next) = await WalkAsync(WalkPosition.Start, 1000);

        (List<DiscoveredRegistration> nothing, next) = await WalkAsync(next, 1000);
        Assert.Empty(nothing);

        await RegisterOkAsync(Register(3, Numbered(2)));
        await RegisterOkAsync(Register(4, Numbered(3)));
        (List<DiscoveredRegistration> news, _) = await WalkAsync(next, 1000);
        Assert.Equal(
            new[] { 3, 4 }.Select(peer => Convert.ToHexString(TestPeers.Envelope(peer))).Order(),
            news.Select(registration => Convert.ToHexString(registration.Envelope.Span)).Order());
    }

    [Fact]
    public async Task A_registration_that_comes_behind_the_walk_is_found_by_the_next()
    {
        RendezvousNamespace[] byKey = [.. Enumerable.Range(0, 10).Select(Numbered).OrderBy(NamespaceKey.Of)];
        foreach (RendezvousNamespace ns in byKey)
        {
            await RegisterOkAsync(Register(1, ns));
        }

        DiscoverAllReply half = await SendAsync(DiscoverAll(WalkPosition.Start, limit: 5));
        Assert.Equal(byKey.Take(5), half.Registrations.Select(registration => registration.Namespace));
        await RegisterOkAsync(Register(2, byKey[0]));
        (List<DiscoveredRegistration> rest, WalkPosition next) = await WalkAsync(half.Next, 5);
        Assert.Equal(byKey.Skip(5), rest.Select(registration => registration.Namespace));

        (List<DiscoveredRegistration> news, _) = await WalkAsync(next, 5);
        Assert.Contains(news, registration => registration.Envelope.Span.SequenceEqual(TestPeers.Envelope(2)));
    }

    [Fact]
    public async Task A_walk_leaves_out_what_expired_or_was_unregistered()
    {
        await RegisterOkAsync(Register(1, Numbered(1), ttlSeconds: 10));
        await RegisterOkAsync(Register(2, Numbered(2), ttlSeconds: 20));
        await RegisterOkAsync(Register(3, Numbered(3), ttlSeconds: 20));
        await SendAsync(Unregister(3, Numbered(3)));
        Time.Advance(TimeSpan.FromSeconds(10));

        (List<DiscoveredRegistration> found, _) = await WalkAsync(WalkPosition.Start, 1000);

        AssertEnvelopes(found, TestPeers.Envelope(2));
    }

    [Fact]
    public async Task A_page_of_a_walk_is_cut_by_bytes_but_never_empty()
    {
        for (int peer = 0; peer < 30; peer++)
        {
            await RegisterOkAsync(Register(peer, Numbered(peer % 3), bytes: 4096));
        }

        var found = new List<DiscoveredRegistration>();
        WalkPosition position = WalkPosition.Start;
        bool complete = false;
        while (!complete)
        {
            DiscoverAllReply page = await SendAsync(DiscoverAll(position) with { MaxBytes = 10_000 });
            Assert.True(page.IsComplete || page.Registrations.Count is 1 or 2, $"{page.Registrations.Count} registrations of 4096 bytes.");
            found.AddRange(page.Registrations);
            (position, complete) = (page.Next, page.IsComplete);
        }

        Assert.Equal(30, found.Select(registration => Convert.ToHexString(registration.Envelope.Span)).Distinct().Count());
        Assert.Equal(30, found.Count);
    }

    [Fact]
    public async Task A_position_from_the_future_is_refused()
    {
        ulong future = (ulong)(Time.GetUtcNow() + (2 * WalkPosition.Overlap)).ToUnixTimeMilliseconds() << 20;

        DiscoverAllReply reply = await SendAsync(DiscoverAll(WalkPosition.Start with { Since = future }));

        Assert.Equal(RendezvousStatus.InvalidCookie, reply.Status);
        Assert.NotEmpty(reply.StatusText);
    }

    private static RendezvousNamespace Numbered(int number) => RendezvousNamespace.Parse($"room {number}");

    private DiscoverAllQuery DiscoverAll(WalkPosition position, int limit = 1000) =>
        new(position, limit, MaxBytes: 96 * 1024, Time.GetUtcNow() + AskTimeout);

    private Task<DiscoverAllReply> SendAsync(DiscoverAllQuery query) => Registry.DiscoverAllAsync(query, CancellationToken.None).Within();

    private async Task<(List<DiscoveredRegistration> Found, WalkPosition Next)> WalkAsync(WalkPosition position, int limit)
    {
        var found = new List<DiscoveredRegistration>();
        for (int pages = 0; pages < 1000; pages++)
        {
            DiscoverAllReply reply = await SendAsync(DiscoverAll(position, limit));
            Assert.Equal((RendezvousStatus.Ok, string.Empty), (reply.Status, reply.StatusText));
            Assert.True(reply.Registrations.Count <= limit);
            found.AddRange(reply.Registrations);
            position = reply.Next;
            if (reply.IsComplete)
            {
                return (found, position);
            }
        }

        throw new InvalidOperationException("The walk does not come to an end.");
    }
}
