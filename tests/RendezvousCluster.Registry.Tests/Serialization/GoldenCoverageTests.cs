using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.Tests.Serialization;

/// <summary>Nothing stands in a journal or a snapshot store of which no golden bytes are kept.</summary>
public sealed class GoldenCoverageTests
{
    private static readonly Dictionary<string, string> FileOfManifest = new()
    {
        [Manifests.Opened] = "opened",
        [Manifests.Registered] = "registered",
        [Manifests.Refreshed] = "refreshed",
        [Manifests.Unregistered] = "unregistered",
        [Manifests.NamespaceSnapshot] = "namespace-snapshot",
        [Manifests.DirectoryOpened] = "directory-opened",
        [Manifests.NamespaceListed] = "namespace-listed",
        [Manifests.DirectorySnapshot] = "directory-snapshot",
        [Manifests.Retired.UncheckedDirectorySnapshot] = "directory-snapshot",
    };

    private static readonly string[] SentButNeverKept =
    [
        Manifests.Announcement, Manifests.AnnouncementReply, Manifests.ListingQuery, Manifests.Listing, Manifests.Register,
        Manifests.Unregister,
        Manifests.Discover, Manifests.Reclaim, Manifests.RegisterReply, Manifests.UnregisterReply, Manifests.DiscoverReply,
        Manifests.RetryLater,
        Manifests.LedgerReserve, Manifests.LedgerReply, Manifests.LedgerNote, Manifests.LedgerRelease, Manifests.LedgerQuery,
        Manifests.LedgerListing,
        Manifests.StoreAway, Manifests.StoreWell,
    ];

    [Fact]
    public void Every_manifest_is_kept_with_golden_bytes_or_is_never_kept() =>
        Assert.Equal(RegistrySerializerTests.AllManifests.AsEnumerable<object[]>().Select(row => (string)row[0]).Order(),
            FileOfManifest.Keys.Where(manifest => manifest != Manifests.Retired.UncheckedDirectorySnapshot).Concat(SentButNeverKept)
                .Order());

    [Fact]
    public void Every_golden_file_is_of_a_manifest_and_every_manifest_has_one()
    {
        IEnumerable<string> kinds = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Serialization", "Golden"))
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Select(name => name[..name.LastIndexOf('-')])
            .Distinct();

        Assert.Equal(FileOfManifest.Values.Distinct().Order(), kinds.Order());
    }
}
