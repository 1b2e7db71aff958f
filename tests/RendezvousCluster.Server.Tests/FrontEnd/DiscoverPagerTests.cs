using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Cookies;
using RendezvousCluster.Protocol.Dialects;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Server.FrontEnd;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Server.Tests.FrontEnd;

public sealed class DiscoverPagerTests
{
    private static readonly RendezvousNamespace Ns = RendezvousNamespace.Parse("chat");

    private readonly RendezvousLimits _limits = new();
    private readonly ScriptedRegistry _registry = new();

    [Fact]
    public async Task Small_namespace_takes_one_query()
    {
        Serve(Stored(20));
        DiscoverResponse page = await ReadAsync(0, 1_000);
        Assert.Equal(20, page.Registrations.Count);
        Assert.Single(_registry.Calls);
        Assert.Equal(20ul, RevisionOf(page));
    }

    [Fact]
    public async Task Page_is_fetched_in_queries_that_the_cluster_can_carry()
    {
        Serve(Stored(1_500));
        DiscoverResponse page = await ReadAsync(0, 1_000);
        Assert.Equal(1_000, page.Registrations.Count);
        Assert.Equal(1_000ul, RevisionOf(page));
        Assert.True(_registry.Calls.Count > 1);
        Assert.All(_registry.Calls.Cast<DiscoverQuery>(), query => Assert.InRange(query.MaxBytes, 1, 96 * 1024));
    }

    [Fact]
    public async Task Page_is_cut_by_its_bytes_on_the_wire()
    {
        Serve(Stored(1_000, envelopeBytes: 4_000));
        DiscoverResponse page = await ReadAsync(0, 1_000);

        int bytes = RendezvousMessageCodec.Size(page);
        Assert.InRange(bytes, _limits.MaxResponseBytes - 4_300, _limits.MaxResponseBytes);
        Assert.Equal((ulong)page.Registrations.Count, RevisionOf(page));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public async Task Chain_of_cookies_misses_nothing_and_repeats_nothing(int limit)
    {
        Random random = SeededRandom.Create(out int seed);
        _limits.MaxResponseBytes = 64 * 1024;
        _limits.MaxInnerPageBytes = 8 * 1024;
        Serve(Stored(500, random));
        var seen = new List<ulong>();
        for (ulong revision = 0; ;)
        {
            DiscoverResponse page = await ReadAsync(revision, limit);
            Assert.InRange(page.Registrations.Count, 0, limit);
            Assert.InRange(RendezvousMessageCodec.Size(page), 1, _limits.MaxResponseBytes);
            if (page.Registrations.Count == 0)
            {
                Assert.Equal(revision, RevisionOf(page));
                break;
            }

            seen.AddRange(page.Registrations.Select(registration => registration.TtlSeconds));
            revision = RevisionOf(page);
        }

        Assert.True(Enumerable.Range(1, 500).Select(number => (ulong)number).SequenceEqual(seen), $"seed {seed}: {string.Join(' ', seen)}");
    }

    [Fact]
    public async Task Unreadable_flavours_are_passed_over_and_do_not_count()
    {
        Serve([.. Stored(2_000).Select(found => found.Revision % 100 == 0 ? found with { Flavour = RegistrationFlavour.RoutingState } : found)]);
        DiscoverResponse page = await ReadAsync(0, 15, RegistrationFlavour.RoutingState);
        Assert.Equal(Enumerable.Range(1, 15).Select(number => (ulong)number * 100), page.Registrations.Select(registration => registration.TtlSeconds));
        Assert.InRange(RevisionOf(page), 1_500ul, 1_599ul); // the next page still begins before 1600
    }

    [Fact]
    public async Task Passing_over_ends_at_the_number_of_queries_with_a_cookie_that_moved_on()
    {
        _limits.MaxInnerQueriesPerDiscover = 3;
        Serve(Stored(5_000, envelopeBytes: 1_000));
        DiscoverResponse page = await ReadAsync(0, 10, RegistrationFlavour.RoutingState);
        Assert.Empty(page.Registrations);
        Assert.Equal(10ul + 98 + 98, RevisionOf(page));
        Assert.Equal(3, _registry.Calls.Count);
    }

    [Fact]
    public async Task Failure_after_the_first_query_gives_what_was_read()
    {
        DiscoveredRegistration[] stored = Stored(1_000);
        Serve(stored);
        Func<DiscoverQuery, CancellationToken, ValueTask<DiscoverReply>> serve = _registry.OnDiscover;
        _registry.OnDiscover = (query, token) => query.AfterRevision == 0
            ? serve(query, token)
            : ValueTask.FromResult(new DiscoverReply(RendezvousStatus.Unavailable, "moved", [], 0));

        DiscoverResponse page = await ReadAsync(0, 1_000);

        Assert.Equal(RendezvousStatus.Ok, page.Status);
        Assert.InRange(page.Registrations.Count, 1, 999);
        Assert.Equal((ulong)page.Registrations.Count, RevisionOf(page));
    }

    [Fact]
    public async Task Registry_that_does_not_get_on_does_not_hold_the_page_up()
    {
        _registry.OnDiscover = (query, _) => ValueTask.FromResult(new DiscoverReply(RendezvousStatus.Ok, "", [], 42));
        DiscoverResponse page = await ReadAsync(7, 1_000);
        Assert.Equal(42ul, RevisionOf(page));
        Assert.Single(_registry.Calls);
    }

    private async Task<DiscoverResponse> ReadAsync(ulong after, int limit, RegistrationFlavour flavour = RegistrationFlavour.Standard) =>
        await new DiscoverPager(_registry, _limits).ReadAsync(Ns, after, limit, flavour, DateTimeOffset.MaxValue, CancellationToken.None).Within();

    private static ulong RevisionOf(DiscoverResponse page)
    {
        Assert.True(DiscoverCookie.TryRead(page.Cookie.Span, Ns, out ulong revision));
        return revision;
    }

    // The remaining time carries the revision, so that a page says which registrations are in it.
    private static DiscoveredRegistration[] Stored(int count, int envelopeBytes = 250) =>
        [.. Enumerable.Range(1, count).Select(number => Found(number, envelopeBytes))];

    private static DiscoveredRegistration[] Stored(int count, Random random) =>
        [.. Enumerable.Range(1, count).Select(number => Found(number, random.Next(100, 4_097)))];

    private static DiscoveredRegistration Found(int number, int envelopeBytes) =>
        new(Ns, TestPeers.Envelope(number, bytes: envelopeBytes), RegistrationFlavour.Standard, (uint)number, (ulong)number);

    // The contract of IRegistry: ascending, after the cookie, within limit and bytes, the first always.
    private void Serve(DiscoveredRegistration[] stored) => _registry.OnDiscover = (query, _) =>
    {
        var page = new List<DiscoveredRegistration>();
        int bytes = 0;
        foreach (DiscoveredRegistration found in stored.Where(found => found.Revision > query.AfterRevision).Take(query.Limit))
        {
            bytes += found.Envelope.Length;
            if (page.Count > 0 && bytes > query.MaxBytes)
            {
                break;
            }

            page.Add(found);
        }

        return ValueTask.FromResult(new DiscoverReply(RendezvousStatus.Ok, "", page, page.Count > 0 ? page[^1].Revision : query.AfterRevision));
    };
}
