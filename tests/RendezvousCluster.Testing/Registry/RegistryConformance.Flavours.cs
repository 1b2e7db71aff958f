using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using Xunit;

namespace RendezvousCluster.Testing.Registry;

public abstract partial class RegistryConformance
{
    private static readonly FlavourPreference RustFirst = FlavourPreference.Of(
        RegistrationFlavours.RoutingState, RegistrationFlavours.Standard);

    [Fact]
    public async Task Flavours_that_are_not_wanted_take_no_room_in_a_page()
    {
        await RegisterFlavoursAsync(standard: 30, rust: 3);

        DiscoverReply reply = await SendAsync(
            Discover(limit: 3) with { Flavours = FlavourPreference.Of(RegistrationFlavours.RoutingState) });

        Assert.Equal(RegistrationFlavours.RoutingState, reply.Flavours);
        AssertEnvelopes(reply.Registrations, [.. Enumerable.Range(100, 3).Select(peer => TestPeers.Envelope(peer))]);
    }

    [Fact]
    public async Task Several_flavours_come_in_the_order_of_their_revisions()
    {
        for (int pair = 0; pair < 20; pair++)
        {
            await RegisterOkAsync(Register(pair));
            await RegisterOkAsync(Rust(100 + pair));
        }

        IReadOnlyList<DiscoveredRegistration> found =
            await DiscoverOkAsync(Discover(limit: 30) with { Flavours = FlavourPreference.Of(RegistrationFlavours.BothSigned) });

        AssertEnvelopes(
            found, [.. Enumerable.Range(0, 15).SelectMany(pair => new[] { TestPeers.Envelope(pair), TestPeers.Envelope(100 + pair) })]);
    }

    [Theory]
    [InlineData(2, 0, RegistrationFlavours.Standard)]
    [InlineData(0, 2, RegistrationFlavours.RoutingState)]
    [InlineData(2, 2, RegistrationFlavours.RoutingState)]
    [InlineData(0, 0, RegistrationFlavours.None)]
    public async Task First_flavour_that_the_namespace_holds_is_chosen(int standard, int rust, RegistrationFlavours chosen)
    {
        await RegisterFlavoursAsync(standard, rust);

        DiscoverReply reply = await SendAsync(Discover() with { Flavours = RustFirst });

        Assert.Equal((RendezvousStatus.Ok, chosen), (reply.Status, reply.Flavours));
        Assert.Equal(standard + rust > 0 ? 2 : 0, reply.Registrations.Count);
        Assert.All(reply.Registrations, found => Assert.True(chosen == (RegistrationFlavours)(1 << (int)found.Flavour)));
    }

    [Fact]
    public async Task A_flavour_whose_registrations_expired_or_left_is_not_held()
    {
        await RegisterOkAsync(Rust(100) with { TtlSeconds = 3 });
        await RegisterOkAsync(Rust(101));
        await RegisterOkAsync(Register(1));
        await SendAsync(Unregister(101));
        Assert.Equal(RegistrationFlavours.RoutingState, (await SendAsync(Discover() with { Flavours = RustFirst })).Flavours);

        Time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(RegistrationFlavours.Standard, (await SendAsync(Discover() with { Flavours = RustFirst })).Flavours);
    }

    [Fact]
    public async Task Flavour_that_the_caller_has_not_read_yet_is_read_from_the_start()
    {
        await RegisterOkAsync(Register(1));
        await RegisterOkAsync(Rust(100));
        DiscoverReply rust = await SendAsync(Discover() with { Flavours = RustFirst });
        await SendAsync(Unregister(100));
        await RegisterOkAsync(Register(2));

        DiscoverQuery next = Discover(after: rust.CookieRevision) with { Flavours = RustFirst, FlavoursRead = rust.Flavours };
        DiscoverReply standard = await SendAsync(next);

        AssertEnvelopes(standard.Registrations, TestPeers.Envelope(1), TestPeers.Envelope(2));
        Assert.Equal(standard.Registrations[^1].Revision, standard.CookieRevision);
        Assert.Empty(
            (await SendAsync(next with { AfterRevision = standard.CookieRevision, FlavoursRead = standard.Flavours })).Registrations);
    }

    [Fact]
    public async Task Walk_chooses_for_each_namespace_by_itself()
    {
        await RegisterOkAsync(Register(1, Numbered(1)));
        await RegisterOkAsync(Rust(100, Numbered(2)));
        await RegisterOkAsync(Register(3, Numbered(3)));
        await RegisterOkAsync(Rust(101, Numbered(3)));

        DiscoverAllReply reply = await SendAsync(DiscoverAll(WalkPosition.Start) with { Flavours = RustFirst });

        Assert.Equal(
            [Convert.ToHexString(
                TestPeers.Envelope(1)), Convert.ToHexString(TestPeers.Envelope(100)), Convert.ToHexString(TestPeers.Envelope(101))],
            reply.Registrations.OrderBy(found => found.Namespace.Name).Select(found => Convert.ToHexString(found.Envelope.Span)));
    }

    private RegisterCommand Rust(int peer, RendezvousNamespace? @namespace = null) =>
        Register(peer, @namespace) with { Flavour = RegistrationFlavour.RoutingState };

    private async Task RegisterFlavoursAsync(int standard, int rust)
    {
        for (int peer = 0; peer < Math.Max(standard, rust); peer++)
        {
            if (peer < standard)
            {
                await RegisterOkAsync(Register(peer));
            }

            if (peer < rust)
            {
                await RegisterOkAsync(Rust(100 + peer));
            }
        }
    }
}
