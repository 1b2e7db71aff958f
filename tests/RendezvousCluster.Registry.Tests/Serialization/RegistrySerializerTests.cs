using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using Akka.TestKit.Xunit2;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Dialects;
using RendezvousCluster.Registry.Directories;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Serialization;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Serialization;

public sealed class RegistrySerializerTests : TestKit
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");
    private static readonly DateTimeOffset Deadline = new(2030, 1, 1, 0, 0, 5, 250, TimeSpan.Zero);
    private static readonly byte[] Envelope = TestPeers.Envelope(7);

    public RegistrySerializerTests()
        : base(ConfigurationFactory
            .ParseString("akka.actor.provider = local\nakka.loggers = [\"Akka.Event.DefaultLogger\"]")
            .WithFallback(RegistryConfiguration.ForMemory()))
    {
    }

    public static TheoryData<string> AllManifests =>
        [.. typeof(Manifests).GetFields(System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)
            .Select(constant => (string)constant.GetRawConstantValue()!)];

    [Theory]
    [MemberData(nameof(AllManifests))]
    public void Every_message_goes_through_the_actor_systems_serializer_and_back(string manifest)
    {
        object message = Samples()[manifest];

        var serializer = Assert.IsType<RegistrySerializer>(Sys.Serialization.FindSerializerFor(message));
        Assert.Equal(manifest, serializer.Manifest(message));
        object back = Sys.Serialization.Deserialize(Sys.Serialization.Serialize(message), serializer.Identifier, manifest);

        Assert.Equal(Describe(message), Describe(back));
    }

    [Theory]
    [InlineData(RegistrationFlavour.Standard)]
    [InlineData(RegistrationFlavour.RoutingState)]
    [InlineData(RegistrationFlavour.PeerInfo)]
    public void Every_flavour_comes_back_from_events_commands_and_replies(RegistrationFlavour flavour)
    {
        AssertComesBack((Registered)Samples()[Manifests.Registered] with { Flavour = flavour });
        var command = (RegisterCommand)((NamespaceCommand)Samples()[Manifests.Register]).Message;
        AssertComesBack(NamespaceCommand.For(command with { Flavour = flavour }));
        AssertComesBack(new DiscoverReply(RendezvousStatus.Ok, "", [new DiscoveredRegistration(Chat, Envelope, flavour, 60, 5)], 5));
    }

    [Fact]
    public void Wanted_and_chosen_flavours_come_back_and_cost_nothing_when_all_are_wanted()
    {
        var all = (DiscoverQuery)((NamespaceCommand)Samples()[Manifests.Discover]).Message;
        DiscoverQuery some = all with
        {
            Flavours = FlavourPreference.Of(
                RegistrationFlavours.RoutingState, RegistrationFlavours.Standard, RegistrationFlavours.PeerInfo),
            FlavoursRead = RegistrationFlavours.RoutingState,
        };
        AssertComesBack(NamespaceCommand.For(some));
        const int FieldBytes = 3 + 2;
        Assert.Equal(
            FieldBytes, Serializer().ToBinary(NamespaceCommand.For(some)).Length - Serializer().ToBinary(NamespaceCommand.For(all)).Length);
        AssertComesBack(new DiscoverReply(RendezvousStatus.Ok, "", [], 5) { Flavours = RegistrationFlavours.BothSigned });
    }

    [Theory]
    [InlineData(Manifests.Register)]
    [InlineData(Manifests.Unregister)]
    [InlineData(Manifests.Discover)]
    public void A_command_takes_its_trace_along_and_one_without_takes_no_byte(string manifest)
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        const int FieldBytes = 2;
        var command = (NamespaceCommand)Samples()[manifest];

        byte[] without = Serializer().ToBinary(command);
        byte[] with = Serializer().ToBinary(command with { TraceParent = Trace });

        Assert.Null(((NamespaceCommand)Serializer().FromBinary(without, manifest)).TraceParent);
        Assert.Equal(Trace, ((NamespaceCommand)Serializer().FromBinary(with, manifest)).TraceParent);
        Assert.Equal(without.Length + FieldBytes + Trace.Length, with.Length);
    }

    [Fact]
    public void A_flavour_of_a_later_version_stops_the_reader()
    {
        byte[] bytes = Serializer().ToBinary((Registered)Samples()[Manifests.Registered] with { Flavour = (RegistrationFlavour)3 });
        Assert.Throws<InvalidDataException>(() => Serializer().FromBinary(bytes, Manifests.Registered));
    }

    [Fact]
    public void The_samples_cover_every_manifest() =>
        Assert.Equal(AllManifests.AsEnumerable<object[]>().Select(row => (string)row[0]).Order(), Samples().Keys.Order());

    [Fact]
    public void Its_id_is_fixed_for_ever() => Assert.Equal(7301, RegistrySerializer.Id);

    [Fact]
    public void An_unknown_manifest_stops_the_reader() =>
        Assert.Throws<SerializationException>(() => Serializer().FromBinary([], "zz"));

    [Fact]
    public void A_message_of_others_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Serializer().Manifest("text"));
        Assert.Throws<ArgumentException>(() => Serializer().ToBinary("text"));
    }

    [Theory]
    [InlineData(Manifests.Registered)]
    [InlineData(Manifests.Refreshed)]
    [InlineData(Manifests.Unregistered)]
    [InlineData(Manifests.Opened)]
    [InlineData(Manifests.DirectoryOpened)]
    [InlineData(Manifests.NamespaceListed)]
    public void A_damaged_event_stops_the_reader(string manifest) =>
        Assert.ThrowsAny<Exception>(() => Serializer().FromBinary([0x0a, 0x02, 0xff, 0xff], manifest));

    [Theory]
    [InlineData(Manifests.NamespaceSnapshot)]
    [InlineData(Manifests.DirectorySnapshot)]
    public void A_damaged_snapshot_is_told_apart_from_every_true_one(string manifest)
    {
        byte[] bytes = Serializer().ToBinary(Samples()[manifest]);
        for (int at = 0; at < bytes.Length; at++)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 1;
            Assert.IsType<UnreadableSnapshot>(Serializer().FromBinary(damaged, manifest));
        }

        Assert.IsType<UnreadableSnapshot>(Serializer().FromBinary(bytes[..^1], manifest));
        Assert.IsType<UnreadableSnapshot>(Serializer().FromBinary([], manifest));
        Assert.IsNotType<UnreadableSnapshot>(Serializer().FromBinary(bytes, manifest));
    }

    [Fact]
    public void A_type_nobody_bound_is_not_serialized_by_its_name() =>
        Assert.ThrowsAny<Exception>(() => Sys.Serialization.Serialize(new Unbound()));

    private static Dictionary<string, object> Samples() => new()
    {
        [Manifests.Opened] = new Opened(new Guid("00112233-4455-6677-8899-aabbccddeeff"), Chat),
        [Manifests.Registered] = new Registered(
            TestPeers.Id(7), Envelope, RegistrationFlavour.RoutingState, 9, 7200, 1_893_456_000_250, 1_893_456_000_250ul << 20,
            1_893_456_005_250),
        [Manifests.Refreshed] = new Refreshed(TestPeers.Id(7), 7200, 1_893_456_000_250, 1_893_456_000_250ul << 20, 1_893_456_000_000),
        [Manifests.Unregistered] = new Unregistered(TestPeers.Id(7), 1_893_456_000_250ul << 20, 1_893_456_005_250),
        [Manifests.NamespaceSnapshot] = new NamespaceSnapshot(
            Chat,
            Sequence: 12,
            LastRevision: 1_893_456_000_300ul << 20,
            [new Registration(
                TestPeers.Id(7), Envelope, RegistrationFlavour.RoutingState, 9, 1_893_456_000_250ul << 20, 1_893_463_200_250,
                1_893_456_005_250)],
            [(TestPeers.Id(8), 1_893_456_005_300)],
            PreviousSnapshot: 6,
            DeletedTo: 3),
        [Manifests.Reclaim] = new Reclaim("ns1-abc-g0-b0"),
        [Manifests.Register] = NamespaceCommand.For(
            new RegisterCommand(
                Chat, TestPeers.Id(7), Envelope, RegistrationFlavour.RoutingState, 9, 7200, Deadline, Admission.QuotaReached)),
        [Manifests.Unregister] = NamespaceCommand.For(new UnregisterCommand(Chat, TestPeers.Id(7), Deadline)),
        [Manifests.Discover] = NamespaceCommand.For(new DiscoverQuery(Chat, 1ul << 60, 100, 98_304, Deadline)),
        [Manifests.RegisterReply] = new RegisterReply(RendezvousStatus.InvalidSignedPeerRecord, "why", 7200, IsAbsent: true),
        [Manifests.UnregisterReply] = new UnregisterReply(RendezvousStatus.Unavailable),
        [Manifests.DiscoverReply] = new DiscoverReply(
            RendezvousStatus.Ok, "text", [new DiscoveredRegistration(Chat, Envelope, RegistrationFlavour.RoutingState, 60, 5)], 5),
        [Manifests.RetryLater] = RetryLater.Instance,
        [Manifests.StoreAway] = StoreReport.Away,
        [Manifests.StoreWell] = StoreReport.Well,
        [Manifests.DirectoryOpened] = new DirectoryOpened(new Guid("00112233-4455-6677-8899-aabbccddeeff")),
        [Manifests.NamespaceListed] = new NamespaceListed(Chat, 1_893_456_000_250),
        [Manifests.DirectorySnapshot] = new DirectorySnapshot([new NamespaceListed(Chat, 1_893_456_000_250)], 6, 3),
        [Manifests.Announcement] = new NamespaceAnnouncement(Chat, Deadline, Deadline.AddSeconds(1)),
        [Manifests.AnnouncementReply] = new AnnouncementReply(RendezvousStatus.Unavailable, Deadline),
        [Manifests.ListingQuery] = new ListingQuery(NamespaceKey.Of(Chat), Deadline, 100),
        [Manifests.LedgerReserve] = new LedgerReserve(PeerDigest.Of(TestPeers.Id(7)), Chat, 7200, Deadline),
        [Manifests.LedgerReply] = new LedgerReply(Reservation.OverQuota),
        [Manifests.LedgerNote] = new LedgerNote(PeerDigest.Of(TestPeers.Id(7)), Chat, Deadline.AddHours(2), Deadline),
        [Manifests.LedgerRelease] = new LedgerRelease(PeerDigest.Of(TestPeers.Id(7)), Chat, Deadline),
        [Manifests.LedgerQuery] = new LedgerQuery(PeerDigest.Of(TestPeers.Id(7)), 77),
        [Manifests.LedgerListing] = new LedgerListing([Chat, RendezvousNamespace.Parse("games")], 78, Deadline.AddTicks(1)),
        [Manifests.Listing] = new NamespaceListing([Chat, RendezvousNamespace.Parse("games")], NamespaceKey.Of(Chat)),
    };

    // Records with byte strings or lists do not compare by content.
    private static string Describe(object message) => message switch
    {
        Registered registered => $"{registered with { Envelope = default }} {Convert.ToHexString(registered.Envelope.Span)}",
        NamespaceCommand { Message: RegisterCommand register } command =>
            $"{command.EntityId} {command.TraceParent} {register with { Envelope = default }} "
            + $"{Convert.ToHexString(register.Envelope.Span)}",
        NamespaceCommand command => $"{command.EntityId} {command.TraceParent} {command.Message}",
        DiscoverReply reply => $"{reply.Status} {reply.StatusText} {reply.CookieRevision} "
            + string.Join(' ', reply.Registrations.Select(r => $"{r with { Envelope = default }} {Convert.ToHexString(r.Envelope.Span)}")),
        DirectorySnapshot snapshot => $"{string.Join(' ', snapshot.Entries)} {snapshot.PreviousSnapshot} {snapshot.DeletedTo}",
        NamespaceSnapshot snapshot => SnapshotText.Of(snapshot),
        LedgerListing listing => $"{string.Join(' ', listing.Namespaces)} {listing.Next} {listing.KnownSince.UtcTicks}",
        NamespaceListing listing => $"{string.Join(' ', listing.Namespaces)} {listing.Continue}",
        _ => message.ToString()!,
    };

    private void AssertComesBack(object message)
    {
        RegistrySerializer serializer = Serializer();
        Assert.Equal(Describe(message), Describe(serializer.FromBinary(serializer.ToBinary(message), serializer.Manifest(message))));
    }

    private RegistrySerializer Serializer() => new((ExtendedActorSystem)Sys);

    private sealed record Unbound;
}
