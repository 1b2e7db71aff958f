using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Serialization;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Serialization;

/// <summary>
/// The bytes of each event as they stand in journals out there, in <c>Golden/*.hex</c>. Today's code must read them for ever. A new field
/// gets a new file beside the old one; a file is never changed.
/// </summary>
public sealed class GoldenEventTests
{
    // { id = TestPeers.Id(7), addrs = [/ip4/198.51.100.7/tcp/4001] }: an unsigned registration has this in the envelope's place.
    private static readonly byte[] PeerInfo = Convert.FromHexString(
        "0A26" + "002408011220" + "00000000000000000000000000000000000000000000000000000000" + "00000007" + "1208" + "04C6336407060FA1");

    [Theory]
    [InlineData("opened-1")]
    [InlineData("opened-2")]
    [InlineData("registered-1")]
    [InlineData("registered-2")]
    [InlineData("refreshed-1")]
    [InlineData("unregistered-1")]
    [InlineData("opened-3")]
    [InlineData("registered-3")]
    [InlineData("refreshed-2")]
    [InlineData("unregistered-2")]
    public void Bytes_written_once_are_read_for_ever(string golden)
    {
        byte[] bytes = Read(golden);
        NamespaceEvent expected = Expected(golden);

        MessageRow row = MessageTable.Of(expected);
        var read = (NamespaceEvent)row.Read(bytes);

        Assert.Equal(Describe(expected), Describe(read));
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(row.Write!(expected)[CheckedEvent.AddedBytes..]));
    }

    /// <summary>The same events with the checksum in front, as versions write them that came after.</summary>
    [Theory]
    [InlineData("opened-4", "opened-3")]
    [InlineData("registered-4", "registered-3")]
    [InlineData("refreshed-3", "refreshed-2")]
    [InlineData("unregistered-3", "unregistered-2")]
    public void Bytes_with_a_checksum_are_read_for_ever(string golden, string earlier)
    {
        byte[] bytes = Read(golden);
        NamespaceEvent expected = Expected(earlier);
        MessageRow row = MessageTable.Of(expected);

        Assert.Equal(Describe(expected), Describe((NamespaceEvent)row.Read(bytes)));
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(row.Write!(expected)));
        Assert.Equal(Convert.ToHexString(Read(earlier)), Convert.ToHexString(bytes[CheckedEvent.AddedBytes..]));
    }

    private static byte[] Read(string golden) =>
        Convert.FromHexString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Serialization", "Golden", golden + ".hex")).Trim());

    private static NamespaceEvent Expected(string golden) => golden switch
    {
        "opened-1" => new Opened(new Guid("00112233-4455-6677-8899-aabbccddeeff"), RendezvousNamespace.Parse("chat/ü")),
        "opened-2" => new Opened(new Guid("00112233-4455-6677-8899-aabbccddeeff"), RendezvousNamespace.Parse("chat/ü"), Fresh: true),
        "registered-1" => new Registered(
            new StoredRegistration(
                TestPeers.Id(7), [1, 2, 3, 254], RegistrationFlavour.RoutingState, 9, 1_893_456_000_250ul << 20, 1_893_463_200_250,
                1_893_456_005_250, 7200)),
        "registered-2" => new Registered(
            new StoredRegistration(
                TestPeers.Id(7), PeerInfo, RegistrationFlavour.PeerInfo, 0, 1_893_456_000_250ul << 20, 1_893_463_200_250,
                1_893_456_005_250, 7200)),
        "refreshed-1" => new Refreshed(TestPeers.Id(7), 7200, 1_893_456_000_250, (1_893_456_000_250ul << 20) + 1, 1_893_456_000_000),
        "unregistered-1" => new Unregistered(TestPeers.Id(7), (1_893_456_000_250ul << 20) + 2, 1_893_456_005_250),
        "opened-3" => new Opened(new Guid("00112233-4455-6677-8899-aabbccddeeff"), RendezvousNamespace.Parse("chat/ü"))
        {
            Run = new Guid("ffeeddcc-bbaa-9988-7766-554433221100"),
        },
        "registered-3" => new Registered(
            new StoredRegistration(
                TestPeers.Id(7), [1, 2, 3, 254], RegistrationFlavour.RoutingState, 9, 1_893_456_000_250ul << 20, 1_893_463_200_250,
                1_893_456_005_250, 7200)) { ClockOffsetMilliseconds = -10_800_000 },
        "refreshed-2" => new Refreshed(TestPeers.Id(7), 7200, 1_893_456_000_250, (1_893_456_000_250ul << 20) + 1, 1_893_456_000_000)
        {
            ClockOffsetMilliseconds = 10_800_000,
        },
        "unregistered-2" => new Unregistered(TestPeers.Id(7), (1_893_456_000_250ul << 20) + 2, 1_893_456_005_250)
        {
            ClockOffsetMilliseconds = 288_000_000,
        },
        _ => throw new ArgumentException(golden),
    };

    private static string Describe(NamespaceEvent @event) => @event is Registered registered
        ? $"{SnapshotText.Of(registered.Registration)} {registered.TtlSeconds} {registered.RegisteredAtUnixMilliseconds} "
            + $"{registered.ClockOffsetMilliseconds}"
        : @event.ToString();
}
