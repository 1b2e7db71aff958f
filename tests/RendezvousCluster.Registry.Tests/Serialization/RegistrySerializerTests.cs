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
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Clocks;
using RendezvousCluster.Registry.Drains;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Inquiries;
using RendezvousCluster.Registry.Introductions;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Outages;
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

    public static TheoryData<string> AllManifests => [.. MessageTable.Rows.Where(row => row.Write is not null).Select(row => row.Manifest)];

    public static TheoryData<string> Events => ["eo", "er", "ef", "eu", "do", "dl"];

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
    [InlineData(0, 0)]
    [InlineData(0, 250)]
    [InlineData(7, 4_351)]
    public void The_charge_of_a_place_travels_with_it(int subnet, int bytes)
    {
        var charge = new PlaceCharge((UInt128)subnet << 100, bytes);
        var asked = (LedgerReserve)Samples()["lr"];
        var note = (LedgerNote)Samples()["ln"];

        Assert.Equal(charge, ((LedgerReserve)ThroughBytes(asked with { Charge = charge })).Charge);
        Assert.Equal(charge, ((LedgerNote)ThroughBytes(note with { Charge = charge })).Charge);

        object ThroughBytes(object message) =>
            Serializer().FromBinary(Serializer().ToBinary(message), Serializer().Manifest(message));
    }

    /// <summary>Nodes of neighbouring versions read one another: what a message looks like between them may only grow.</summary>
    [Fact]
    public void Bytes_between_nodes_are_those_of_the_file()
    {
        IEnumerable<string> written =
            from row in MessageTable.Rows
            where row.Recipients.Count > 0
            orderby row.Manifest
            select $"{row.Manifest} {Convert.ToHexString(Serializer().ToBinary(Samples()[row.Manifest]))}";

        Assert.Equal(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Serialization", "SentBytes.txt")), written);
    }

    [Theory]
    [InlineData(RegistrationFlavour.Standard)]
    [InlineData(RegistrationFlavour.RoutingState)]
    [InlineData(RegistrationFlavour.PeerInfo)]
    public void Every_flavour_comes_back_from_events_commands_and_replies(RegistrationFlavour flavour)
    {
        AssertComesBack(RegisteredIn(flavour));
        var command = (RegisterCommand)((NamespaceCommand)Samples()["cr"]).Message;
        AssertComesBack(NamespaceCommand.For(command with { Flavour = flavour }));
        AssertComesBack(new DiscoverReply(RendezvousStatus.Ok, "", [new DiscoveredRegistration(Chat, Envelope, flavour, 60, 5)], 5));
    }

    /// <summary>A node of an earlier version neither writes nor reads them.</summary>
    [Fact]
    public void A_listing_of_the_ledger_takes_along_until_when_each_place_counts()
    {
        LedgerListing listing = new([Chat, RendezvousNamespace.Parse("games")], 0, Deadline)
        {
            ExpiresAt = [Deadline.AddHours(1), Deadline.AddHours(2)],
        };

        var back = (LedgerListing)Serializer().FromBinary(Serializer().ToBinary(listing), "ll");

        Assert.Equal(listing.ExpiresAt, back.ExpiresAt);
    }

    [Fact]
    public void Wanted_and_chosen_flavours_come_back_and_cost_nothing_when_all_are_wanted()
    {
        var all = (DiscoverQuery)((NamespaceCommand)Samples()["cd"]).Message;
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
    [InlineData("cr")]
    [InlineData("cu")]
    [InlineData("cd")]
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
        byte[] bytes = Serializer().ToBinary(RegisteredIn((RegistrationFlavour)3));
        Assert.Equal("Registration flavour 3 is unknown.", Assert.IsType<UnreadableEvent>(Serializer().FromBinary(bytes, "er")).Reason);
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
    [MemberData(nameof(Events))]
    public void A_damaged_event_is_recognised_whichever_bit_is_flipped(string manifest)
    {
        byte[] bytes = Serializer().ToBinary(Samples()[manifest]);
        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            byte[] damaged = [.. bytes];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.IsType<UnreadableEvent>(Serializer().FromBinary(damaged, manifest));
        }

        Assert.IsNotType<UnreadableEvent>(Serializer().FromBinary(bytes, manifest));
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_that_is_cut_off_anywhere_is_recognised(string manifest)
    {
        byte[] bytes = Serializer().ToBinary(Samples()[manifest]);
        for (int length = 1; length < bytes.Length; length++)
        {
            Assert.IsType<UnreadableEvent>(Serializer().FromBinary(bytes[..length], manifest));
            Assert.IsType<UnreadableEvent>(Serializer().FromBinary([.. bytes[..length], .. new byte[bytes.Length - length]], manifest));
        }
    }

    [Fact]
    public void An_event_that_is_taken_for_another_kind_is_recognised() => Assert.IsType<UnreadableEvent>(
        Serializer().FromBinary(Serializer().ToBinary(Samples()["do"]), "eo"));

    [Theory]
    [MemberData(nameof(Events))]
    public void A_damaged_event_of_an_earlier_version_is_recognised_as_far_as_protobuf_shows_it(string manifest) =>
        Assert.IsType<UnreadableEvent>(Serializer().FromBinary([0x0a, 0x02, 0xff, 0xff], manifest));

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_of_an_earlier_version_has_no_checksum_and_is_read(string manifest)
    {
        object @event = Samples()[manifest];
        byte[] without = Serializer().ToBinary(@event)[CheckedEvent.AddedBytes..];

        Assert.Equal(Describe(@event), Describe(Serializer().FromBinary(without, manifest)));
        Assert.IsType<UnreadableEvent>(Serializer().FromBinary([.. without, 0x78, 1], manifest)); // a field that no version knows
    }

    [Theory]
    [InlineData("sn")]
    [InlineData("dc")]
    public void A_damaged_snapshot_is_recognised(string manifest)
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

    private static Registered RegisteredIn(RegistrationFlavour flavour) => new(
        new StoredRegistration(
            TestPeers.Id(7), Envelope, flavour, 9, 1_893_456_000_250ul << 20, 1_893_463_200_250, 1_893_456_005_250, 7200));

    private static Dictionary<string, object> Samples() => new()
    {
        ["eo"] = new Opened(new Guid("00112233-4455-6677-8899-aabbccddeeff"), Chat),
        ["er"] = RegisteredIn(RegistrationFlavour.RoutingState),
        ["ef"] = new Refreshed(TestPeers.Id(7), 7200, 1_893_456_000_250, 1_893_456_000_250ul << 20, 1_893_456_000_000),
        ["eu"] = new Unregistered(TestPeers.Id(7), 1_893_456_000_250ul << 20, 1_893_456_005_250),
        ["sn"] = new NamespaceSnapshot(
            Chat,
            Sequence: 12,
            LastRevision: 1_893_456_000_300ul << 20,
            [new StoredRegistration(
                TestPeers.Id(7), Envelope, RegistrationFlavour.RoutingState, 9, 1_893_456_000_250ul << 20, 1_893_463_200_250,
                1_893_456_005_250)],
            [(TestPeers.Id(8), 1_893_456_005_300)],
            PreviousSnapshot: 6,
            DeletedTo: 3),
        ["cx"] = new Reclaim("ns1-abc-g0-b0"),
        ["cr"] = NamespaceCommand.For(
            new RegisterCommand(Chat, TestPeers.Id(7), Envelope, RegistrationFlavour.RoutingState, 9, 7200, Deadline)
            {
                Admission = Admission.QuotaReached,
            }),
        ["cu"] = NamespaceCommand.For(new UnregisterCommand(Chat, TestPeers.Id(7), Deadline)),
        ["cd"] = NamespaceCommand.For(new DiscoverQuery(Chat, 1ul << 60, 100, 98_304, Deadline)),
        ["rr"] = new RegisterReply(RendezvousStatus.InvalidSignedPeerRecord, "why", 7200) { IsAbsent = true },
        ["ru"] = new UnregisterReply(RendezvousStatus.Unavailable),
        ["rd"] = new DiscoverReply(
            RendezvousStatus.Ok, "text", [new DiscoveredRegistration(Chat, Envelope, RegistrationFlavour.RoutingState, 60, 5)], 5),
        ["rl"] = RetryLater.Instance,
        ["ha"] = StoreReport.Away,
        ["hw"] = StoreReport.Well,
        ["hm"] = new HandedMemory("ns1-abc-g0-b0", 50, 48, "writer", "before", "sn", new byte[] { 1, 2, 3 }),
        ["hd"] = DrainReport.Instance,
        ["nq"] = RolesQuery.Instance,
        ["nr"] = new RolesReply(["registry", "required-MaxTtlSeconds=3d"]),
        ["tq"] = new TimeQuery(77),
        ["tr"] = new TimeReply(
            77, Deadline, new Guid("00112233-4455-6677-8899-aabbccddeeff"), TimeSpan.FromHours(-3), TimeSpan.FromHours(80)),
        ["oq"] = new Inquiry("status", "{\"top\":20}"u8.ToArray()),
        ["or"] = new InquiryReply("{}"u8.ToArray(), "it failed"),
        ["do"] = new DirectoryOpened(new Guid("00112233-4455-6677-8899-aabbccddeeff")),
        ["dl"] = new NamespaceListed(Chat, 1_893_456_000_250),
        ["dc"] = new DirectorySnapshot([new NamespaceListed(Chat, 1_893_456_000_250)], 6, 3),
        ["da"] = new NamespaceAnnouncement(Chat, Deadline, Deadline.AddSeconds(1)),
        ["dr"] = new AnnouncementReply(RendezvousStatus.Unavailable, Deadline),
        ["dq"] = new ListingQuery(NamespaceKey.Of(Chat), Deadline, 100),
        ["lr"] = new LedgerReserve(PeerDigest.Of(TestPeers.Id(7)), Chat, 7200, Deadline),
        ["la"] = new LedgerReply(Reservation.OverQuota),
        ["ln"] = new LedgerNote(PeerDigest.Of(TestPeers.Id(7)), Chat, Deadline.AddHours(2), Deadline),
        ["lx"] = new LedgerRelease(PeerDigest.Of(TestPeers.Id(7)), Chat, Deadline),
        ["lq"] = new LedgerQuery(PeerDigest.Of(TestPeers.Id(7)), 77),
        ["ll"] = new LedgerListing([Chat, RendezvousNamespace.Parse("games")], 78, Deadline.AddTicks(1)),
        ["dn"] = new NamespaceListing([Chat, RendezvousNamespace.Parse("games")], NamespaceKey.Of(Chat)),
    };

    // Records with byte strings or lists do not compare by content.
    private static string Describe(object message) => message switch
    {
        Registered registered =>
            $"{SnapshotText.Of(registered.Registration)} {registered.TtlSeconds} {registered.RegisteredAtUnixMilliseconds}",
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
        HandedMemory memory => $"{memory with { Snapshot = default }} {Convert.ToHexString(memory.Snapshot.Span)}",
        Inquiry inquiry => $"{inquiry.Subject} {Convert.ToHexString(inquiry.Details.Span)}",
        InquiryReply reply => $"{Convert.ToHexString(reply.Answer.Span)} {reply.Refusal}",
        RolesReply reply => string.Join('\n', reply.Roles),
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
