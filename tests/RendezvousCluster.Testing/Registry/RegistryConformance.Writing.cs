using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using Xunit;

namespace RendezvousCluster.Testing.Registry;

public abstract partial class RegistryConformance
{
    [Fact]
    public async Task A_registration_is_found_as_it_was_given()
    {
        RegisterCommand command = Register(1) with { Flavour = RegistrationFlavour.RoutingState };
        await RegisterOkAsync(command);

        DiscoveredRegistration found = Assert.Single(await DiscoverOkAsync(Discover()));

        AssertEnvelopes([found], command.Envelope.ToArray());
        Assert.Equal((Chat, RegistrationFlavour.RoutingState, 7200u), (found.Namespace, found.Flavour, found.RemainingTtlSeconds));
        Assert.Equal((ulong)Time.GetUtcNow().ToUnixTimeMilliseconds() << 20, found.Revision);
    }

    [Fact]
    public async Task An_unsigned_registration_is_kept_as_it_is_but_never_replaces_a_signed_one()
    {
        RegisterCommand unsigned = Register(1, version: 2, sequence: 0) with { Flavour = RegistrationFlavour.PeerInfo };
        await RegisterOkAsync(unsigned);
        DiscoveredRegistration found = Assert.Single(await DiscoverOkAsync(Discover()));
        Assert.Equal(RegistrationFlavour.PeerInfo, found.Flavour);
        AssertEnvelopes([found], unsigned.Envelope.ToArray());

        await RegisterOkAsync(Register(1, version: 1, sequence: 5));
        RegisterReply refused = await SendAsync(unsigned);

        Assert.Equal(RendezvousStatus.InvalidSignedPeerRecord, refused.Status);
        Assert.Contains("signed", refused.StatusText, StringComparison.Ordinal);
        Assert.Equal(RegistrationFlavour.Standard, Assert.Single(await DiscoverOkAsync(Discover())).Flavour);
    }

    [Fact]
    public async Task Registering_again_with_the_same_envelope_moves_it_to_the_end()
    {
        await RegisterOkAsync(Register(1));
        await RegisterOkAsync(Register(2));
        ulong cookie = (await SendAsync(Discover())).CookieRevision;

        await RegisterOkAsync(Register(1));

        AssertEnvelopes(await DiscoverOkAsync(Discover(after: cookie)), TestPeers.Envelope(1));
        AssertEnvelopes(await DiscoverOkAsync(Discover()), TestPeers.Envelope(2), TestPeers.Envelope(1));
    }

    [Fact]
    public async Task A_refresh_counts_its_time_to_live_from_itself()
    {
        await RegisterOkAsync(Register(1, ttlSeconds: 100));
        Time.Advance(TimeSpan.FromSeconds(99));
        await RegisterOkAsync(Register(1, ttlSeconds: 60));

        Assert.Equal(60u, Assert.Single(await DiscoverOkAsync(Discover())).RemainingTtlSeconds);
    }

    [Fact]
    public async Task A_newer_record_replaces_the_older_and_an_older_one_is_refused()
    {
        await RegisterOkAsync(Register(1, version: 1, sequence: 5));
        await RegisterOkAsync(Register(1, version: 2, sequence: 6));

        RegisterReply refused = await SendAsync(Register(1, version: 1, sequence: 5));

        Assert.Equal(RendezvousStatus.InvalidSignedPeerRecord, refused.Status);
        Assert.Contains("5 is lower than the registered 6", refused.StatusText, StringComparison.Ordinal);
        AssertEnvelopes(await DiscoverOkAsync(Discover()), TestPeers.Envelope(1, 2));
    }

    [Fact]
    public async Task Another_record_with_an_equal_sequence_number_replaces_the_stored_one()
    {
        await RegisterOkAsync(Register(1, version: 1, sequence: 5));
        await RegisterOkAsync(Register(1, version: 2, sequence: 5));

        AssertEnvelopes(await DiscoverOkAsync(Discover()), TestPeers.Envelope(1, 2));
    }

    [Fact]
    public async Task An_older_record_is_welcome_once_the_newer_has_expired()
    {
        await RegisterOkAsync(Register(1, version: 2, sequence: 6, ttlSeconds: 10));
        Time.Advance(TimeSpan.FromSeconds(10));

        await RegisterOkAsync(Register(1, version: 1, sequence: 5));

        AssertEnvelopes(await DiscoverOkAsync(Discover()), TestPeers.Envelope(1, 1));
    }

    [Fact]
    public async Task Unregister_removes_the_callers_registration_and_no_other()
    {
        await RegisterOkAsync(Register(1));
        await RegisterOkAsync(Register(2));

        Assert.Equal(RendezvousStatus.Ok, (await SendAsync(Unregister(1))).Status);

        AssertEnvelopes(await DiscoverOkAsync(Discover()), TestPeers.Envelope(2));
    }

    [Fact]
    public async Task Unregister_of_what_is_not_there_is_no_error()
    {
        Assert.Equal(RendezvousStatus.Ok, (await SendAsync(Unregister(1))).Status);
        await RegisterOkAsync(Register(2));
        Assert.Equal(RendezvousStatus.Ok, (await SendAsync(Unregister(1))).Status);
    }

    [Fact]
    public async Task A_peer_can_register_again_after_unregister_and_cookie_holders_see_it()
    {
        await RegisterOkAsync(Register(1));
        ulong cookie = (await SendAsync(Discover())).CookieRevision;
        await SendAsync(Unregister(1));

        await RegisterOkAsync(Register(1));

        AssertEnvelopes(await DiscoverOkAsync(Discover(after: cookie)), TestPeers.Envelope(1));
    }

    [Fact]
    public async Task A_late_copy_of_a_register_does_not_bring_back_what_was_unregistered()
    {
        RegisterCommand command = Register(1);
        await RegisterOkAsync(command);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        await SendAsync(Unregister(1));

        Assert.Equal(RendezvousStatus.Unavailable, (await SendAsync(command)).Status);

        Assert.Empty(await DiscoverOkAsync(Discover()));
    }

    [Fact]
    public async Task A_late_copy_of_a_register_does_not_shorten_a_newer_one()
    {
        RegisterCommand older = Register(1, ttlSeconds: 60);
        await RegisterOkAsync(older);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        await RegisterOkAsync(Register(1, ttlSeconds: 600));

        await SendAsync(older);

        Assert.Equal(600u, Assert.Single(await DiscoverOkAsync(Discover())).RemainingTtlSeconds);
    }

    [Fact]
    public async Task A_newer_register_may_shorten_an_older_one()
    {
        await RegisterOkAsync(Register(1, ttlSeconds: 600));
        await RegisterOkAsync(Register(1, ttlSeconds: 60));

        Assert.Equal(60u, Assert.Single(await DiscoverOkAsync(Discover())).RemainingTtlSeconds);
    }

    [Fact]
    public async Task Commands_at_their_deadline_are_served_and_after_it_dropped()
    {
        RegisterCommand register = Register(1);
        DiscoverQuery discover = Discover();
        UnregisterCommand unregister = Unregister(1);

        Time.Advance(AskTimeout);
        Assert.Equal(RendezvousStatus.Ok, (await SendAsync(register)).Status);
        Assert.Equal(RendezvousStatus.Ok, (await SendAsync(discover)).Status);

        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(RendezvousStatus.Unavailable, (await SendAsync(unregister)).Status);
        Assert.Equal(RendezvousStatus.Unavailable, (await SendAsync(discover)).Status);
        Assert.Equal(RendezvousStatus.Unavailable, (await SendAsync(Register(2) with { Deadline = register.Deadline })).Status);
        AssertEnvelopes(await DiscoverOkAsync(Discover()), TestPeers.Envelope(1));
    }

    [Fact]
    public async Task Many_peers_at_once_are_all_found_in_one_order()
    {
        RegisterReply[] replies = await Task.WhenAll(Enumerable.Range(0, 500).Select(peer => SendAsync(Register(peer, bytes: 200))));

        Assert.All(replies, reply => Assert.Equal(RendezvousStatus.Ok, reply.Status));
        IReadOnlyList<DiscoveredRegistration> found = (await Registry.DiscoverWholeAsync(Discover()).Within()).Registrations;
        Assert.Equal(500, found.Select(registration => Convert.ToHexString(registration.Envelope.Span)).Distinct().Count());
        Assert.Equal(
            found.OrderBy(registration => registration.Revision).Select(registration => registration.Revision).Distinct(),
            found.Select(r => r.Revision));
    }
}
