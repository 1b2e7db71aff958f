using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Serialization;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Serialization;

/// <summary>
/// The bytes of snapshots as they stand in stores out there, checksum and all, as <see cref="GoldenEventTests"/> has those of events.
/// </summary>
public sealed class GoldenSnapshotTests
{
    private static readonly NamespaceSnapshot Chat = new(
        RendezvousNamespace.Parse("chat/ü"),
        Sequence: 12,
        LastRevision: (1_893_456_000_250ul << 20) + 5,
        [
            new StoredRegistration(
                TestPeers.Id(7), [1, 2, 3, 254], RegistrationFlavour.RoutingState, 9, 1_893_456_000_250ul << 20, 1_893_463_200_250,
                1_893_456_005_250),
            new StoredRegistration(
                TestPeers.Id(8), [5], RegistrationFlavour.Standard, 0, (1_893_456_000_250ul << 20) + 3, 1_893_456_001_250,
                1_893_456_005_250),
        ],
        [(TestPeers.Id(9), 1_893_456_005_300)],
        PreviousSnapshot: 6,
        DeletedTo: 3);

    private static readonly DirectorySnapshot Directory = new(
        [new NamespaceListed(RendezvousNamespace.Parse("chat/ü"), 1_893_456_000_250), new NamespaceListed(
            RendezvousNamespace.Parse("games"), 1_893_456_000_251)],
        PreviousSnapshot: 6,
        DeletedTo: 3);

    private static readonly NamespaceSnapshot Stepped = Chat with
    {
        Registrations =
        [
            new StoredRegistration(
                TestPeers.Id(7), [1, 2, 3, 254], RegistrationFlavour.RoutingState, 9, 1_893_456_000_250ul << 20, 1_893_463_200_250,
                1_893_456_005_250, ttlSeconds: 7200),
            new StoredRegistration(
                TestPeers.Id(8), [5], RegistrationFlavour.Standard, 0, (1_893_456_000_250ul << 20) + 3, 1_893_456_001_250,
                1_893_456_005_250, ttlSeconds: 60, isEstimated: true),
        ],
        Run = new Guid("ffeeddcc-bbaa-9988-7766-554433221100"),
        ClockOffsetMilliseconds = -10_800_000,
    };

    [Fact]
    public void A_namespaces_snapshot_of_an_older_version_is_read_for_ever() =>
        Assert.Equal(SnapshotText.Of(Chat), SnapshotText.Of(SnapshotCodec.Read(CheckedBytes.Read(Golden("namespace-snapshot-1")))));

    [Fact]
    public void A_time_to_live_that_an_older_version_did_not_store_follows_from_the_revision() =>
        Assert.Equal(
            [7200u, 1u],
            SnapshotCodec.Read(CheckedBytes.Read(Golden("namespace-snapshot-1"))).Registrations.Select(stored => stored.TtlSeconds));

    [Fact]
    public void A_namespaces_snapshot_is_read_for_ever()
    {
        byte[] bytes = Golden("namespace-snapshot-2");

        Assert.Equal(SnapshotText.Of(Stepped), SnapshotText.Of(SnapshotCodec.Read(CheckedBytes.Read(bytes))));
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(CheckedBytes.Write(SnapshotCodec.ToProto(Stepped))));
    }

    [Fact]
    public void A_directorys_snapshot_is_read_for_ever()
    {
        byte[] bytes = Golden("directory-snapshot-2");

        DirectorySnapshot read = DirectoryCodec.ReadSnapshot(CheckedBytes.Read(bytes));
        Assert.Equal(Directory.Entries, read.Entries);
        Assert.Equal((6, 3), (read.PreviousSnapshot, read.DeletedTo));
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(CheckedBytes.Write(DirectoryCodec.ToProto(Directory))));
    }

    private static byte[] Golden(string name) =>
        Convert.FromHexString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Serialization", "Golden", name + ".hex")).Trim());
}
