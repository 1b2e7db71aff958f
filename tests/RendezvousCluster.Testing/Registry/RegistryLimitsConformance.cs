using RendezvousCluster.Core;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;
using Xunit;

namespace RendezvousCluster.Testing.Registry;

/// <summary>What every registry keeps of its limits: what is new is counted, what is there can always be refreshed.</summary>
public abstract class RegistryLimitsConformance : RegistrySuite
{
    private const int PerPeer = 4;
    private const int PerNamespace = 20;
    private const int Total = 12 * 128;

    protected override RegistrationLimits Limits { get; } =
        new() { MaxRegistrationsPerPeer = PerPeer, MaxRegistrationsPerNamespace = PerNamespace, MaxRegistrations = Total };

    [Fact]
    public async Task A_peer_may_have_as_many_registrations_as_its_quota_and_no_more()
    {
        await FillQuotaAsync(peer: 1);

        RegisterReply refused = await SendAsync(Register(1, Room(PerPeer)));

        Assert.Equal(RendezvousStatus.NotAuthorized, refused.Status);
        Assert.Contains("unregister one", refused.StatusText, StringComparison.Ordinal);
        Assert.Empty(await DiscoverOkAsync(Discover(Room(PerPeer))));
        await RegisterOkAsync(Register(2, Room(PerPeer)));
    }

    [Fact]
    public async Task At_the_quota_a_refresh_and_a_newer_record_are_welcome()
    {
        await FillQuotaAsync(peer: 1);

        for (int room = 0; room < PerPeer; room++)
        {
            await RegisterOkAsync(Register(1, Room(room)));
            await RegisterOkAsync(Register(1, Room(room), version: 1, sequence: 2));
        }

        AssertEnvelopes(await DiscoverOkAsync(Discover(Room(3))), TestPeers.Envelope(1, version: 1));
    }

    [Fact]
    public async Task An_unregister_frees_a_place()
    {
        await FillQuotaAsync(peer: 1);
        await SendAsync(Unregister(1, Room(0)));

        await RegisterOkAsync(Register(1, Room(PerPeer)));

        Assert.Equal(RendezvousStatus.NotAuthorized, (await SendAsync(Register(1, Room(0)))).Status);
    }

    [Fact]
    public async Task An_unregister_of_all_frees_all_places()
    {
        await FillQuotaAsync(peer: 1);
        Assert.Equal(RendezvousStatus.Ok, (await SendAsync(Unregister(1) with { Namespace = null })).Status);

        for (int room = 0; room < PerPeer; room++)
        {
            await RegisterOkAsync(Register(1, Room(100 + room)));
        }
    }

    [Fact]
    public async Task Expiry_frees_a_place_at_its_millisecond()
    {
        await FillQuotaAsync(peer: 1, ttlSeconds: 60);

        Time.Advance(TimeSpan.FromMilliseconds(59_999));
        Assert.Equal(RendezvousStatus.NotAuthorized, (await SendAsync(Register(1, Room(PerPeer)))).Status);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        await FillQuotaAsync(peer: 1, firstRoom: PerPeer);
        Assert.Equal(RendezvousStatus.NotAuthorized, (await SendAsync(Register(1, Room(0)))).Status);
    }

    [Fact]
    public async Task A_refresh_with_a_shorter_time_to_live_frees_its_place_earlier()
    {
        await FillQuotaAsync(peer: 1, ttlSeconds: 7200);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        await RegisterOkAsync(Register(1, Room(0), ttlSeconds: 60));

        Time.Advance(TimeSpan.FromSeconds(60));

        await RegisterOkAsync(Register(1, Room(PerPeer)));
    }

    [Fact]
    public async Task A_refused_refresh_with_a_shorter_time_to_live_does_not_hide_what_stands()
    {
        await FillQuotaAsync(peer: 1, ttlSeconds: 7200, sequence: 5);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(
            RendezvousStatus.InvalidSignedPeerRecord,
            (await SendAsync(Register(1, Room(0), version: 1, sequence: 4, ttlSeconds: 60))).Status);

        Time.Advance(TimeSpan.FromSeconds(80));

        Assert.Equal(RendezvousStatus.NotAuthorized, (await SendAsync(Register(1, Room(PerPeer)))).Status);
        Assert.Equal(RendezvousStatus.Ok, (await SendAsync(Unregister(1) with { Namespace = null })).Status);
        Assert.Empty(await DiscoverOkAsync(Discover(Room(0))));
    }

    [Fact]
    public async Task A_newcomer_from_elsewhere_is_accepted_while_identities_of_one_subnet_take_all_they_get()
    {
        int accepted = 0;
        for (int peer = 0; peer < Total; peer++)
        {
            RegisterReply reply = await SendAsync(Register(1_000 + peer, Room(peer / PerNamespace)) with { Subnet = 1 });
            accepted += reply.Status == RendezvousStatus.Ok ? 1 : 0;
            Assert.Equal(reply.Status == RendezvousStatus.Ok ? string.Empty : StatusTexts.SubnetShareReached, reply.StatusText);
        }

        // At most half of each part, of which the hash of a peer's id chooses.
        Assert.InRange(accepted, Total / 3, (Total / 2) + 128);
        for (int peer = 0; peer < PerNamespace; peer++)
        {
            await RegisterOkAsync(Register(1_000_000 + peer, Room(1_000)) with { Subnet = 2 + (UInt128)peer });
        }

        await RegisterOkAsync(Register(1_000, Room(0)) with { Subnet = 1 });
    }

    [Fact]
    public async Task Refused_registrations_take_no_places()
    {
        for (int peer = 100; peer < 100 + PerNamespace; peer++)
        {
            await RegisterOkAsync(Register(peer, Room(0)));
        }

        for (int attempt = 0; attempt < 2 * PerPeer; attempt++)
        {
            Assert.Equal(RendezvousStatus.Unavailable, (await SendAsync(Register(1, Room(0)))).Status);
        }

        await FillQuotaAsync(peer: 1, firstRoom: 1);
    }

    [Fact]
    public async Task Many_new_ones_at_once_do_not_overshoot_the_quota()
    {
        RegisterReply[] replies = await Task.WhenAll(Enumerable.Range(0, 4 * PerPeer).Select(room => SendAsync(Register(1, Room(room)))));

        Assert.Equal(PerPeer, replies.Count(reply => reply.Status == RendezvousStatus.Ok));
        Assert.All(replies, reply => Assert.True(reply.Status is RendezvousStatus.Ok or RendezvousStatus.NotAuthorized));
    }

    [Fact]
    public async Task Many_peers_at_once_do_not_overshoot_the_limit_of_a_namespace()
    {
        RegisterReply[] replies = await Task.WhenAll(Enumerable.Range(0, 5 * PerNamespace).Select(peer => SendAsync(Register(peer))));

        Assert.Equal(PerNamespace, replies.Count(reply => reply.Status == RendezvousStatus.Ok));
        Assert.Equal(PerNamespace, (await DiscoverOkAsync(Discover())).Count);
        Assert.All(replies, reply => Assert.True(
            reply.Status == RendezvousStatus.Ok
                || (reply.Status == RendezvousStatus.Unavailable && reply.StatusText.Contains("use another", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task In_a_full_namespace_a_refresh_is_welcome_and_expiry_makes_room()
    {
        for (int peer = 0; peer < PerNamespace; peer++)
        {
            await RegisterOkAsync(Register(peer, ttlSeconds: peer == 0 ? 60u : 600u));
        }

        await RegisterOkAsync(Register(1, ttlSeconds: 600));
        await RegisterOkAsync(Register(2, version: 1, sequence: 2, ttlSeconds: 600));
        Assert.Equal(RendezvousStatus.Unavailable, (await SendAsync(Register(PerNamespace))).Status);
        Time.Advance(TimeSpan.FromSeconds(60));
        await RegisterOkAsync(Register(PerNamespace));
        Assert.Equal(RendezvousStatus.Unavailable, (await SendAsync(Register(0))).Status);
        await SendAsync(Unregister(1));
        await RegisterOkAsync(Register(0));
    }

    [Fact]
    public async Task A_full_point_takes_no_new_ones_but_refreshes_and_expiry_makes_room()
    {
        List<RegisterCommand> registered = await FillPointAsync(firstPeer: 0);
        Assert.InRange(registered.Count, Total * 3 / 4, Total); // some parts are full before the others
        await RegisterOkAsync(registered[0]);
        await RegisterOkAsync(registered[^1] with { Envelope = TestPeers.Envelope(1, version: 1), RecordSequence = 2 });

        Time.Advance(TimeSpan.FromSeconds(60));

        Assert.InRange((await FillPointAsync(firstPeer: 10_000)).Count, Total * 3 / 4, Total);
    }

    private static RendezvousNamespace Room(int number) => RendezvousNamespace.Parse($"room {number}");

    // Twice as many as there can be, some hundred at once.
    private async Task<List<RegisterCommand>> FillPointAsync(int firstPeer)
    {
        var registered = new List<RegisterCommand>();
        foreach (int[] peers in Enumerable.Range(firstPeer, 2 * Total).Chunk(200))
        {
            RegisterCommand[] commands = [.. peers.Select(peer => Register(peer, Room(peer % 200), ttlSeconds: 60))];
            RegisterReply[] replies = await Task.WhenAll(commands.Select(SendAsync));
            registered.AddRange(commands.Where((_, at) => replies[at].Status == RendezvousStatus.Ok));
            Assert.All(replies, reply => Assert.True(
                reply.Status == RendezvousStatus.Ok
                    || (reply.Status == RendezvousStatus.Unavailable
                        && reply.StatusText.Contains("at another point", StringComparison.Ordinal)),
                reply.ToString()));
        }

        return registered;
    }

    private async Task FillQuotaAsync(int peer, int firstRoom = 0, uint ttlSeconds = 7200, ulong sequence = 1)
    {
        for (int room = 0; room < PerPeer; room++)
        {
            await RegisterOkAsync(Register(peer, Room(firstRoom + room), ttlSeconds: ttlSeconds, sequence: sequence));
        }
    }
}
