using Akka.Actor;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Quotas;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Quotas;

/// <summary>One part of the ledger as an actor.</summary>
public sealed class PeerLedgerEntityTests : TestKit
{
    private static readonly PeerDigest Peer = PeerDigest.Of(TestPeers.Id(1));
    private static readonly RegistrationLimits Limits = new() { MaxRegistrationsPerPeer = 2, MaxRegistrations = 4 * LedgerParts.Count };

    private bool _isMember = true;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public PeerLedgerEntityTests()
        : base("akka.loglevel = OFF")
    {
    }

    [Fact]
    public async Task The_ledger_gives_places_up_to_the_quota_and_takes_them_back()
    {
        IActorRef part = Start();
        Assert.Equal(Reservation.New, await ReserveAsync(part, "a"));
        Assert.Equal(Reservation.Known, await ReserveAsync(part, "a"));
        Assert.Equal(Reservation.New, await ReserveAsync(part, "b"));
        Assert.Equal(Reservation.OverQuota, await ReserveAsync(part, "c"));

        part.Tell(new LedgerRelease(Peer, Name("a"), _time.GetUtcNow().AddSeconds(5)));

        Assert.Equal(Reservation.New, await ReserveAsync(part, "c"));
    }

    [Fact]
    public async Task The_ledger_holds_its_share_of_the_total()
    {
        IActorRef part = Start();
        for (int peer = 0; peer < 4; peer++)
        {
            Assert.Equal(Reservation.New, await ReserveAsync(part, "a", peer));
        }

        Assert.Equal(Reservation.Full, await ReserveAsync(part, "a", 4));
    }

    [Fact]
    public async Task The_ledger_lists_its_reservations_and_since_when_it_lives()
    {
        DateTimeOffset born = _time.GetUtcNow();
        IActorRef part = Start();
        await ReserveAsync(part, "a");
        _time.Advance(TimeSpan.FromHours(1));
        part.Tell(new LedgerNote(Peer, Name("b"), _time.GetUtcNow().AddHours(1), _time.GetUtcNow().AddSeconds(5)));

        LedgerListing listing = await part.Ask<LedgerListing>(new LedgerQuery(Peer, 0), TestTimeouts.Default);

        Assert.Equal(["b"], listing.Namespaces.Select(name => name.Name));
        Assert.Equal((0, born), (listing.Next, listing.KnownSince));
    }

    /// <summary>It does not know what was registered since, and an UNREGISTER of all that goes by it would miss that.</summary>
    [Fact]
    public async Task A_ledger_whose_node_was_replaced_lists_nothing_and_goes_on_giving_places()
    {
        IActorRef part = Start();
        await ReserveAsync(part, "a");

        _isMember = false;

        Assert.Same(RetryLater.Instance, await part.Ask<object>(new LedgerQuery(Peer, 0), TestTimeouts.Default));
        Assert.Equal(Reservation.Known, await ReserveAsync(part, "a"));
    }

    [Fact]
    public async Task A_ledger_that_cannot_find_out_whether_its_node_was_replaced_lists_nothing()
    {
        IActorRef part = Sys.ActorOf(PeerLedgerEntity.Props(
            Limits, new RegistryClock(_time), () => Task.FromException<bool>(new InvalidOperationException("The system ends."))));

        Assert.Same(RetryLater.Instance, await part.Ask<object>(new LedgerQuery(Peer, 0), TestTimeouts.Default));
    }

    [Fact]
    public async Task A_ledger_that_was_stopped_has_forgotten_everything_and_says_so()
    {
        IActorRef part = Start();
        Watch(part);
        await ReserveAsync(part, "a");

        part.Tell(StopEntity.Instance);
        ExpectTerminated(part);
        _time.Advance(TimeSpan.FromTicks(1));
        IActorRef next = Start();

        LedgerListing listing = await next.Ask<LedgerListing>(new LedgerQuery(Peer, 0), TestTimeouts.Default);
        Assert.Empty(listing.Namespaces);
        Assert.Equal(_time.GetUtcNow(), listing.KnownSince);
        Assert.Equal(Reservation.New, await ReserveAsync(next, "a"));
    }

    [Fact]
    public void Messages_of_a_peer_go_to_one_part_and_those_of_many_peers_to_all()
    {
        var extractor = new LedgerMessageExtractor();

        string[] parts = [.. Enumerable.Range(0, 3_000).Select(peer =>
        {
            PeerDigest digest = PeerDigest.Of(TestPeers.Id(peer));
            string[] ids =
            [
                extractor.EntityId(new LedgerReserve(digest, Name("a"), 60, _time.GetUtcNow()))!,
                extractor.EntityId(new LedgerQuery(digest, 0))!,
                extractor.ShardId(new LedgerRelease(digest, Name("b"), _time.GetUtcNow()))!,
            ];
            return Assert.Single(ids.Distinct());
        })];

        Assert.Equal(LedgerParts.Count, parts.Distinct().Count());
        Assert.Equal("led1-127", LedgerMessageExtractor.IdOf(LedgerParts.Count - 1));
        Assert.Null(extractor.EntityId("text"));
    }

    private static RendezvousNamespace Name(string name) => RendezvousNamespace.Parse(name);

    [Fact]
    public async Task The_ledger_forgets_by_whose_time_it_does_not_go_any_more()
    {
        var clock = new RegistryClock(new SteadyTimeProvider(_time));
        IActorRef part = Sys.ActorOf(PeerLedgerEntity.Props(Limits, clock, ProveAsync));
        Assert.Equal(Reservation.New, await ReserveAsync(part, "a"));

        clock.Follow(Guid.NewGuid(), TimeSpan.Zero);
        Assert.Equal(Reservation.Known, await ReserveAsync(part, "a"));
        clock.Follow(clock.Scale.Run, TimeSpan.FromHours(-80));

        Assert.Equal(Reservation.New, await ReserveAsync(part, "a"));
        LedgerListing listing = await part.Ask<LedgerListing>(new LedgerQuery(Peer, 0), TestTimeouts.Default);
        Assert.Equal(clock.Time.GetUtcNow(), listing.KnownSince);
    }

    private Task<bool> ProveAsync() => Task.FromResult(_isMember);

    private IActorRef Start() => Sys.ActorOf(PeerLedgerEntity.Props(Limits, new RegistryClock(_time), ProveAsync));

    private async Task<Reservation> ReserveAsync(IActorRef part, string name, int peer = 1) => (await part.Ask<LedgerReply>(
        new LedgerReserve(PeerDigest.Of(TestPeers.Id(peer)), Name(name), 60, _time.GetUtcNow().AddSeconds(5)),
        TestTimeouts.Default)).Reservation;
}
