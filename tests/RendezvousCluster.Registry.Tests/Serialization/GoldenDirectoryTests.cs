using Google.Protobuf;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.Tests.Serialization;

/// <summary>The bytes of the directory's events and snapshot, as <see cref="GoldenEventTests"/> has those of namespaces.</summary>
public sealed class GoldenDirectoryTests
{
    private static readonly NamespaceListed Chat = new(RendezvousNamespace.Parse("chat/ü"), 1_893_456_000_250);
    private static readonly NamespaceListed Games = new(RendezvousNamespace.Parse("games"), 1_893_456_000_251);

    [Fact]
    public void An_opening_is_read_for_ever()
    {
        byte[] bytes = Golden("directory-opened-1");
        var expected = new DirectoryOpened(new Guid("00112233-4455-6677-8899-aabbccddeeff"));

        Assert.Equal(expected, DirectoryCodec.ReadOpened(bytes));
        Assert.Equal(bytes, DirectoryCodec.ToProto(expected).ToByteArray());
    }

    [Fact]
    public void A_listing_is_read_for_ever()
    {
        byte[] bytes = Golden("namespace-listed-1");

        Assert.Equal(Chat, DirectoryCodec.ReadListed(bytes));
        Assert.Equal(bytes, DirectoryCodec.ToProto(Chat).ToByteArray());
    }

    [Fact]
    public void A_snapshot_is_read_for_ever()
    {
        byte[] bytes = Golden("directory-snapshot-1");

        Assert.Equal([Chat, Games], DirectoryCodec.ReadSnapshot(bytes).Entries);
        Assert.Equal(bytes, DirectoryCodec.ToProto(new DirectorySnapshot([Chat, Games])).ToByteArray());
    }

    [Theory]
    [InlineData("directory-opened-2", "directory-opened-1")]
    [InlineData("namespace-listed-2", "namespace-listed-1")]
    public void Events_with_a_checksum_are_read_for_ever(string golden, string earlier)
    {
        object expected = earlier == "namespace-listed-1" ? Chat : new DirectoryOpened(new Guid("00112233-4455-6677-8899-aabbccddeeff"));
        MessageRow row = MessageTable.Of(expected);

        Assert.Equal(expected, row.Read(Golden(golden)));
        Assert.Equal(expected, row.Read(Golden(earlier)));
        Assert.Equal(Golden(golden), row.Write!(expected));
        Assert.Equal(Golden(earlier), Golden(golden)[CheckedEvent.AddedBytes..]);
    }

    private static byte[] Golden(string name) =>
        Convert.FromHexString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Serialization", "Golden", name + ".hex")).Trim());
}
