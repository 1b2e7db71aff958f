using System.Text;
using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Discovery;

public sealed class PageIntakeTests
{
    private const int Limit = 10;

    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");
    private static readonly RendezvousPoint Point = RendezvousPoint.ParseAll([$"/ip4/198.51.100.1/tcp/1/p2p/{new TestPeer().Id}"])[0];

    private readonly RendezvousClientOptions _options = new();
    private readonly TestPeer _peer = new();

    public static TheoryData<string, byte[]> BadRecords
    {
        get
        {
            var peer = new TestPeer();
            byte[] good = peer.Record();
            byte[] tampered = [.. good];
            tampered[^1] ^= 1;
            byte[] anotherKey = [.. new TestPeer().Record()[..38], .. good[38..]];
            return new()
            {
                { "nothing", [] },
                { "rubbish", [1, 2, 3] },
                { "a signature that does not fit", tampered },
                { "somebody else's key", anotherKey },
                { "an unsigned PeerInfo", peer.OldPeerInfo() },
                { "no addresses", peer.RecordWithoutAddresses() },
                { "5 KiB", [.. good, .. new ProtobufBytes().Bytes(15, new byte[5_000]).ToArray()] },
            };
        }
    }

    [Theory]
    [InlineData(RecordFlavour.Standard)]
    [InlineData(RecordFlavour.RoutingState)]
    public void A_verified_peer_is_taken_in_either_form(RecordFlavour flavour)
    {
        DiscoverPage page = Read(Registered(_peer.Record(7, flavour), ttl: 60));

        DiscoveredPeer found = Assert.Single(page.Peers);
        Assert.Equal((_peer.Id, "chat", Noon.AddMinutes(1), 7ul), (found.PeerId, found.Namespace, found.ExpiresAt, found.Record.Sequence));
        Assert.Equal("/ip4/198.51.100.7/tcp/4001", Assert.Single(found.Addresses).ToString());
        Assert.Equal((Point, 1, 0), (found.Point, page.Listed, page.Rejected));
    }

    [Theory]
    [MemberData(nameof(BadRecords))]
    public void One_bad_record_is_left_out_and_the_others_are_taken(string what, byte[] record)
    {
        DiscoverPage page = Read(Registered(record), Registered(_peer.Record()), Registered(record));

        Assert.True(page.Peers.Count == 1 && page.Peers[0].PeerId.Equals(_peer.Id), what);
        Assert.Equal((3, 2), (page.Listed, page.Rejected));
    }

    [Theory]
    [InlineData("", true)] // Berty's and Waku's points leave it out
    [InlineData("chat", true)]
    [InlineData("other", false)]
    public void The_namespace_is_the_one_asked_for(string answered, bool taken) =>
        Assert.Equal(taken ? ["chat"] : [], Read(Registered(_peer.Record(), answered)).Peers.Select(peer => peer.Namespace));

    [Theory]
    [InlineData("anything", true)]
    [InlineData("", false)]
    public void Asked_for_all_namespaces_each_registration_has_to_say_its_own(string answered, bool taken) =>
        Assert.Equal(taken ? [answered] : [], ReadAll(Registered(_peer.Record(), answered)).Peers.Select(peer => peer.Namespace));

    [Fact]
    public void A_namespace_that_is_none_is_left_out()
    {
        byte[] invalid = [0xff];
        Assert.Empty(ReadAll(new Registration(invalid, _peer.Record(), 60)).Peers);
        Assert.Empty(ReadAll(Registered(_peer.Record(), new string('n', 256))).Peers);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, 1.0)]
    [InlineData(ulong.MaxValue, 72 * 3_600.0)] // nim's points, when one has just expired
    public void A_time_to_live_counts_within_reason(ulong ttl, double? seconds)
    {
        IReadOnlyList<DiscoveredPeer> peers = Read(Registered(_peer.Record(), ttl: ttl)).Peers;

        Assert.Equal(seconds is { } left ? [Noon.AddSeconds(left)] : [], peers.Select(peer => peer.ExpiresAt));
    }

    [Fact]
    public void Registrations_beyond_the_limit_are_not_looked_at()
    {
        DiscoverPage page = Read([.. Enumerable.Range(0, Limit + 5).Select(_ => Registered(new TestPeer().Record()))]);

        Assert.Equal((Limit, Limit + 5, 5), (page.Peers.Count, page.Listed, page.Rejected));
    }

    [Fact]
    public void Addresses_are_capped_and_none_comes_twice()
    {
        _options.Limits.MaxAddressesPerPeer = 3;
        string[] addresses = [.. new[] { 1, 1, 2, 3, 4 }.Select(host => $"/ip4/198.51.100.{host}/tcp/1")];

        DiscoveredPeer peer = Assert.Single(Read(Registered(_peer.Record(1, RecordFlavour.Standard, addresses))).Peers);

        Assert.Equal(
            ["/ip4/198.51.100.1/tcp/1", "/ip4/198.51.100.2/tcp/1", "/ip4/198.51.100.3/tcp/1"],
            peer.Addresses.Select(address => address.ToString()));
    }

    [Fact]
    public void Private_addresses_go_and_peers_with_no_other_too_when_that_is_wanted()
    {
        byte[] mixed = _peer.Record(1, RecordFlavour.Standard, "/ip4/192.168.0.2/tcp/1", "/ip4/198.51.100.1/tcp/1");
        byte[] hidden = new TestPeer().Record(1, RecordFlavour.Standard, "/ip4/127.0.0.1/tcp/22");
        Assert.Equal(2, Read(Registered(mixed), Registered(hidden)).Peers.Count);

        _options.DropPrivateAddresses = true;

        DiscoveredPeer peer = Assert.Single(Read(Registered(mixed), Registered(hidden)).Peers);
        Assert.Equal("/ip4/198.51.100.1/tcp/1", Assert.Single(peer.Addresses).ToString());
    }

    [Theory]
    [InlineData(1_024, 1_024)]
    [InlineData(1_025, 0)]
    public void A_cookie_that_is_too_long_is_not_kept(int length, int kept)
    {
        var response = new DiscoverResponse(RendezvousStatus.Ok, "", [], new byte[length]);

        Assert.Equal(kept, new PageIntake(_options).Read(response, Chat, Limit, Point, Noon).Cookie.Length);
    }

    private static Registration Registered(byte[] record, string ns = "chat", ulong ttl = 7_200) =>
        new(Encoding.UTF8.GetBytes(ns), record, ttl);

    private DiscoverPage Read(params Registration[] registrations) => Read(Chat, registrations);

    private DiscoverPage ReadAll(params Registration[] registrations) => Read(null, registrations);

    private DiscoverPage Read(RendezvousNamespace? asked, Registration[] registrations) =>
        new PageIntake(_options).Read(new DiscoverResponse(RendezvousStatus.Ok, "", registrations, default), asked, Limit, Point, Noon);
}
