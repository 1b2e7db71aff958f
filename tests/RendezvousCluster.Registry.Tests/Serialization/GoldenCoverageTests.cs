using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.Tests.Serialization;

/// <summary>Nothing stands in a journal or a snapshot store of which no golden bytes are kept.</summary>
public sealed class GoldenCoverageTests
{
    private static readonly Dictionary<string, string> FileOfManifest = new()
    {
        ["eo"] = "opened",
        ["er"] = "registered",
        ["ef"] = "refreshed",
        ["eu"] = "unregistered",
        ["sn"] = "namespace-snapshot",
        ["do"] = "directory-opened",
        ["dl"] = "namespace-listed",
        ["dc"] = "directory-snapshot",
        ["ds"] = "directory-snapshot",
    };

    [Fact]
    public void Every_manifest_that_no_node_sends_to_another_is_kept_with_golden_bytes() =>
        Assert.Equal(
            MessageTable.Rows.Where(row => row.Recipients.Count == 0).Select(row => row.Manifest).Order(), FileOfManifest.Keys.Order());

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
