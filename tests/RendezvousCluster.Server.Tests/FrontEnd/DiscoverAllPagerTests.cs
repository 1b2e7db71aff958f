using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Cookies;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Server.FrontEnd;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Server.Tests.FrontEnd;

public sealed class DiscoverAllPagerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly RendezvousLimits _limits = new();
    private readonly InMemoryRegistry _registry;

    public DiscoverAllPagerTests() => _registry = new InMemoryRegistry(_time);

    public void Dispose() => _registry.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(1_000)]
    public async Task A_chain_of_pages_gives_every_registration_once(int limit)
    {
        await RegisterAsync(count: 60, namespaces: 11);

        List<Registration> found = await WalkAsync(limit);

        Assert.Equal(60, found.Count);
        Assert.Equal(60, found.Select(registration => Convert.ToHexString(registration.SignedPeerRecord.Span)).Distinct().Count());
        Assert.Equal(11, found.Select(registration => Convert.ToHexString(registration.Namespace.Span)).Distinct().Count());
    }

    [Fact]
    public async Task A_page_is_cut_by_its_bytes_on_the_wire()
    {
        _limits.MaxResponseBytes = 64 * 1024;
        await RegisterAsync(count: 60, namespaces: 7, bytes: 4_096);

        DiscoverResponse page = await ReadAsync(WalkPosition.Start, 1_000);
        Assert.InRange(RendezvousMessageCodec.Size(page), 64 * 1024 - (2 * 4_300), 64 * 1024);

        Assert.Equal(60, (await WalkAsync(1_000)).Count);
    }

    [Fact]
    public async Task A_page_that_is_nearly_full_is_not_filled_a_namespace_at_a_time()
    {
        // Two queries bring 16 KiB each; for each of the namespaces that would fit into the few KiB behind them there would be one more.
        _limits.MaxInnerPageBytes = 16 * 1024;
        _limits.MaxResponseBytes = 36 * 1024;
        await RegisterAsync(count: 200, namespaces: 200);
        var counting = new ScriptedRegistry { OnDiscoverAll = _registry.DiscoverAllAsync };

        DiscoverResponse page = await ReadAsync(WalkPosition.Start, 1_000, registry: counting);

        Assert.InRange(RendezvousMessageCodec.Size(page), _limits.MaxResponseBytes - (4_096 + 512), _limits.MaxResponseBytes);
        Assert.InRange(counting.Calls.Count, 2, 4);
        Assert.Equal(200, (await WalkAsync(1_000)).Count);
    }

    [Fact]
    public async Task Records_that_the_peer_cannot_read_are_passed_over()
    {
        await RegisterAsync(count: 20, namespaces: 20, flavour: RegistrationFlavour.RoutingState);
        await RegisterAsync(count: 5, namespaces: 5);

        Assert.Equal(5, (await WalkAsync(2)).Count);
        Assert.Equal(20, (await WalkAsync(7, RegistrationFlavour.RoutingState)).Count);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1_000)]
    public async Task Peer_without_a_sign_gets_one_flavour_of_each_namespace_and_of_each_page(int limit)
    {
        await RegisterAsync(count: 30, namespaces: 10); // rooms 0 to 9
        await RegisterAsync(count: 24, namespaces: 12, flavour: RegistrationFlavour.RoutingState); // rooms 0 to 11

        List<Registration> rust = await WalkAsync(
            limit, FlavourPreference.Of(RegistrationFlavours.RoutingState, RegistrationFlavours.Standard));
        Assert.Equal(24, rust.Count);

        HashSet<string> standardRecords =
            [.. Enumerable.Range(0, 30).Select(peer => Convert.ToHexString(TestPeers.Envelope(peer, bytes: 250)))];
        List<Registration> both = await WalkAsync(
            limit,
            FlavourPreference.Of(RegistrationFlavours.Standard, RegistrationFlavours.RoutingState),
            page => Assert.InRange(
                page.Registrations.Select(found => standardRecords.Contains(Convert.ToHexString(found.SignedPeerRecord.Span))).Distinct()
                    .Count(), 0, 1));
        Assert.Equal(30 + (2 * 2), both.Count); // rooms 10 and 11 hold only rust's
    }

    [Fact]
    public async Task Registrations_read_so_far_are_given_when_the_registry_fails_in_the_middle()
    {
        var scripted = new ScriptedRegistry();
        scripted.OnDiscoverAll = (query, cancellationToken) => scripted.Calls.Count == 1
            ? _registry.DiscoverAllAsync(query with { Limit = 3 }, cancellationToken)
            : ValueTask.FromResult(new DiscoverAllReply(RendezvousStatus.Unavailable, "away", [], query.Position, false));
        await RegisterAsync(count: 10, namespaces: 10);

        DiscoverResponse page = await ReadAsync(WalkPosition.Start, 10, registry: scripted);
        Assert.Equal((RendezvousStatus.Ok, 3), (page.Status, page.Registrations.Count));
        Assert.True(WalkCookie.TryRead(page.Cookie.Span, out WalkPosition position, out _));
        Assert.Equal(7, (await ReadAsync(position, 10)).Registrations.Count);

        Assert.Equal(RendezvousStatus.Unavailable, (await ReadAsync(position, 10, registry: scripted)).Status);
    }

    private async Task RegisterAsync(int count, int namespaces, int bytes = 250, RegistrationFlavour flavour = RegistrationFlavour.Standard)
    {
        for (int peer = 0; peer < count; peer++)
        {
            int number = peer + ((int)flavour * 1_000);
            await _registry.RegisterAsync(
                new RegisterCommand(
                    RendezvousNamespace.Parse($"room {peer % namespaces}"),
                    TestPeers.Id(number),
                    TestPeers.Envelope(number, bytes: bytes),
                    flavour,
                    1,
                    7_200,
                    _time.GetUtcNow().AddSeconds(5)),
                CancellationToken.None);
        }
    }

    private Task<List<Registration>> WalkAsync(int limit, RegistrationFlavour flavour = RegistrationFlavour.Standard) =>
        WalkAsync(limit, FlavourPreference.Of(FlavourRules.ReadBy(flavour)));

    private async Task<List<Registration>> WalkAsync(int limit, FlavourPreference flavours, Action<DiscoverResponse>? onPage = null)
    {
        var found = new List<Registration>();
        WalkPosition position = WalkPosition.Start;
        for (int pages = 0; pages < 200; pages++)
        {
            DiscoverResponse page = await ReadAsync(position, limit, flavours);
            Assert.Equal(RendezvousStatus.Ok, page.Status);
            Assert.InRange(page.Registrations.Count, 0, limit);
            onPage?.Invoke(page);
            found.AddRange(page.Registrations);
            Assert.True(WalkCookie.TryRead(page.Cookie.Span, out position, out RegistrationFlavours read));
            Assert.Equal(flavours.First, read);
            if (position.IsAtStart)
            {
                return found;
            }
        }

        throw new InvalidOperationException("The walk does not come to an end.");
    }

    private Task<DiscoverResponse> ReadAsync(
        WalkPosition position, int limit, FlavourPreference? flavours = null, IRegistry? registry = null)
    {
        var query = new DiscoverAllQuery(
            position.Begin(_time.GetUtcNow()), limit, _limits.MaxInnerPageBytes, _time.GetUtcNow().AddSeconds(5))
        {
            Flavours = flavours ?? FlavourPreference.Of(RegistrationFlavours.Standard),
        };
        return new DiscoverAllPager(registry ?? _registry, _limits).ReadAsync(query, CancellationToken.None).AsTask().Within();
    }
}
