using RendezvousCluster.Core;
using RendezvousCluster.Core.Cookies;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Server.FrontEnd;
using RendezvousCluster.Testing.Registry;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.FrontEnd;

public sealed class DiscoverPagerTests
{
    private static readonly RendezvousNamespace Ns = RendezvousNamespace.Parse("chat");

    private readonly RendezvousLimits _limits = new();
    private readonly ScriptedRegistry _registry = new();
    private bool _ownersAreCurrent = true;

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
        Assert.Equal(3, _registry.Calls.Count);
        Assert.All(_registry.Calls.Cast<DiscoverQuery>(), query => Assert.InRange(query.MaxBytes, 1, 96 * 1024));
    }

    [Theory]
    [InlineData(20, 2)]
    [InlineData(1_000, 3)]
    public async Task Owner_of_an_older_version_is_asked_until_the_limit_or_until_it_brings_nothing(int stored, int queries)
    {
        _ownersAreCurrent = false;
        Serve(Stored(stored));
        Assert.Equal(stored, (await ReadAsync(0, 1_000)).Registrations.Count);
        Assert.Equal(queries, _registry.Calls.Count);
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
        Serve([.. Stored(2_000)
            .Select(found => found.Revision % 100 == 0 ? found with { Flavour = RegistrationFlavour.RoutingState } : found)]);
        DiscoverResponse page = await ReadAsync(0, 15, RegistrationFlavour.RoutingState);
        Assert.Equal(
            Enumerable.Range(1, 15).Select(number => (ulong)number * 100),
            page.Registrations.Select(registration => registration.TtlSeconds));
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
    public async Task Old_clients_pages_are_cut_by_what_is_shown_and_not_by_what_is_stored()
    {
        // 4 KB each as stored: no more than 240 of them would fit. As PeerInfo they are 62 bytes, and all of them do.
        Serve([.. Enumerable.Range(1, 1_000).Select(Large)]);
        DiscoverResponse whole = await ReadAsync(0, 1_000, RegistrationFlavour.PeerInfo);
        Assert.Equal(1_000, whole.Registrations.Count);

        _limits.MaxResponseBytes = 16 * 1024;
        var seen = new List<ulong>();
        for (ulong revision = 0; seen.Count < 1_000; revision = RevisionOf(whole))
        {
            whole = await ReadAsync(revision, 1_000, RegistrationFlavour.PeerInfo);
            Assert.InRange(RendezvousMessageCodec.Size(whole), 1, _limits.MaxResponseBytes);
            Assert.True(whole.Registrations.Count > 200 || seen.Count + whole.Registrations.Count == 1_000);
            seen.AddRange(whole.Registrations.Select(registration => registration.TtlSeconds));
        }

        Assert.Equal(Enumerable.Range(1, 1_000).Select(number => (ulong)number), seen);

        static DiscoveredRegistration Large(int number) =>
            new(Ns, EnvelopeOf(number, signatureBytes: 4_000), RegistrationFlavour.Standard, (uint)number, (ulong)number);
    }

    [Fact]
    public async Task Unsigned_registrations_are_passed_over_for_everybody_but_old_clients()
    {
        Serve([.. Stored(300).Select(found => found.Revision % 2 == 0
            ? found with { Envelope = ClientBytes.PeerInfo, Flavour = RegistrationFlavour.PeerInfo }
            : found with { Envelope = EnvelopeOf((int)found.Revision, signatureBytes: 64) })]);

        Assert.Equal(150, (await ReadAsync(0, 1_000)).Registrations.Count);
        Assert.Empty((await ReadAsync(0, 1_000, RegistrationFlavour.RoutingState)).Registrations);
        Assert.Equal(300, (await ReadAsync(0, 1_000, RegistrationFlavour.PeerInfo)).Registrations.Count);
    }

    // As nodes of an older version answer, who choose nothing.
    [Theory]
    [InlineData(RegistrationFlavours.RoutingState, 150)]
    [InlineData(RegistrationFlavours.Standard, 150)]
    public async Task Page_for_a_peer_without_a_sign_mixes_nothing_although_the_registry_does(RegistrationFlavours first, int count)
    {
        Serve(
            [.. Stored(300).Select(found => found.Revision % 2 == 0 ? found with { Flavour = RegistrationFlavour.RoutingState } : found)]);

        DiscoverResponse page = await ReadAsync(0, 1_000, FlavourPreference.Of(first, RegistrationFlavours.BothSigned & ~first));

        Assert.Equal(count, page.Registrations.Count);
        Assert.Single(page.Registrations.Select(registration => registration.TtlSeconds % 2).Distinct());
        Assert.True(DiscoverCookie.TryRead(page.Cookie.Span, Ns, out _, out RegistrationFlavours read));
        Assert.Equal(first, read);
    }

    [Fact]
    public async Task The_choice_of_the_first_query_holds_for_the_whole_page()
    {
        using var registry = new InMemoryRegistry(TimeProvider.System);
        _limits.MaxInnerPageBytes = 4_096;
        for (int peer = 0; peer < 60; peer++)
        {
            await RegisterAsync(registry, peer, RegistrationFlavour.RoutingState);
        }

        // All of the first flavour go away, and one of the other comes, while the page is put together.
        var scripted = new ScriptedRegistry
        {
            OnDiscover = async (query, token) =>
            {
                DiscoverReply reply = await registry.DiscoverAsync(query, token);
                for (int peer = 40; query.AfterRevision == 0 && peer < 60; peer++)
                {
                    await registry.UnregisterAsync(new UnregisterCommand(Ns, TestPeers.Id(peer), DateTimeOffset.MaxValue), token);
                    await RegisterAsync(registry, 100 + peer, RegistrationFlavour.Standard);
                }

                return reply;
            },
        };

        DiscoverResponse page = await ReadAsync(
            0, 1_000, FlavourPreference.Of(RegistrationFlavours.RoutingState, RegistrationFlavours.Standard), registry: scripted);

        Assert.Equal(40, page.Registrations.Count);
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

    private Task<DiscoverResponse> ReadAsync(ulong after, int limit, RegistrationFlavour flavour = RegistrationFlavour.Standard) =>
        ReadAsync(after, limit, FlavourPreference.Of(FlavourRules.ReadBy(flavour)));

    private Task<DiscoverResponse> ReadAsync(
        ulong after, int limit, FlavourPreference flavours, RegistrationFlavours read = RegistrationFlavours.All,
        IRegistry? registry = null)
    {
        var query = new DiscoverQuery(
            Ns, after, limit, _limits.MaxInnerPageBytes, DateTimeOffset.MaxValue) { Flavours = flavours, FlavoursRead = read };
        return new DiscoverPager(registry ?? _registry, _limits).ReadAsync(query, CancellationToken.None).AsTask().Within();
    }

    private static ulong RevisionOf(DiscoverResponse page)
    {
        Assert.True(DiscoverCookie.TryRead(page.Cookie.Span, Ns, out ulong revision, out _));
        return revision;
    }

    // The remaining time carries the revision, so that a page says which registrations are in it.
    private static DiscoveredRegistration[] Stored(int count, int envelopeBytes = 250) =>
        [.. Enumerable.Range(1, count).Select(number => Found(number, envelopeBytes))];

    private static DiscoveredRegistration[] Stored(int count, Random random) =>
        [.. Enumerable.Range(1, count).Select(number => Found(number, random.Next(100, 4_097)))];

    // Nothing in it is verified on the way out, so its signature may be anything.
    private static byte[] EnvelopeOf(int number, int signatureBytes)
    {
        ProtobufBytes address = new ProtobufBytes().Bytes(1, [0x04, 127, 0, 0, 1, 0x06, 0x0F, 0xA1]);
        ProtobufBytes record = new ProtobufBytes().Bytes(1, TestPeers.Id(number).Bytes.Span).Varint(2, 1).Message(3, address);
        return new ProtobufBytes().Bytes(1, [8, 1]).Bytes(2, [3, 1]).Message(3, record).Bytes(5, new byte[signatureBytes]).ToArray();
    }

    private static DiscoveredRegistration Found(int number, int envelopeBytes) =>
        new(Ns, TestPeers.Envelope(number, bytes: envelopeBytes), RegistrationFlavour.Standard, (uint)number, (ulong)number);

    private static async Task RegisterAsync(InMemoryRegistry registry, int peer, RegistrationFlavour flavour)
    {
        var command = new RegisterCommand(
            Ns, TestPeers.Id(peer), TestPeers.Envelope(peer, bytes: 250), flavour, 1, 7_200, DateTimeOffset.MaxValue);
        Assert.Equal(RendezvousStatus.Ok, (await registry.RegisterAsync(command, CancellationToken.None)).Status);
    }

    // The contract of IRegistry: ascending, after the cookie, within limit and bytes, the first always.
    private void Serve(DiscoveredRegistration[] stored) => _registry.OnDiscover = (query, _) =>
    {
        var page = new List<DiscoveredRegistration>();
        int bytes = 0;
        DiscoveredRegistration[] after = [.. stored.Where(found => found.Revision > query.AfterRevision)];
        foreach (DiscoveredRegistration found in after.Take(query.Limit))
        {
            bytes += found.Envelope.Length;
            if (page.Count > 0 && bytes > query.MaxBytes)
            {
                break;
            }

            page.Add(found);
        }

        ulong cookie = page.Count > 0 ? page[^1].Revision : query.AfterRevision;
        return ValueTask.FromResult(new DiscoverReply(RendezvousStatus.Ok, "", page, cookie)
        {
            IsComplete = page.Count == after.Length && _ownersAreCurrent,
        });
    };
}
