using System.Globalization;
using System.Text.RegularExpressions;

namespace RendezvousCluster.Chaos.Cluster;

/// <summary>What a node says of its cluster in its metrics.</summary>
/// <param name="Up">How many nodes it sees that are up and answer; 0 when it is not ready itself, or does not answer.</param>
/// <param name="Shards">By region, how many shards it had when it last looked.</param>
/// <param name="Coordinators">The regions whose coordinator it had then.</param>
internal sealed partial record ClusterView(int Up, IReadOnlyDictionary<string, int> Shards, IReadOnlySet<string> Coordinators)
{
    /// <summary>A node that does not answer sees nobody.</summary>
    public static readonly ClusterView Nobody = new(0, new Dictionary<string, int>(), new HashSet<string>());

    // By region, how many shards there are, of which each may live on one node only.
    private static readonly Dictionary<string, int> MostShards = new(StringComparer.Ordinal)
    {
        ["namespace"] = 128,
        ["ledger"] = 128,
        ["directory"] = 32,
    };

    /// <summary>Reads the metrics of a node.</summary>
    public static ClusterView Parse(string metrics)
    {
        (string Name, string Label, int Value)[] lines = [.. Line().Matches(metrics).Select(
            line => (line.Groups[1].Value, line.Groups[2].Value, int.Parse(line.Groups[3].ValueSpan, CultureInfo.InvariantCulture)))];
        return new ClusterView(
            lines.Where(line => line is { Name: "members", Label: "up" }).Sum(line => line.Value),
            lines.Where(line => line.Name == "shards").ToDictionary(line => line.Label, line => line.Value),
            lines.Where(line => line is { Name: "coordinators", Value: > 0 }).Select(line => line.Label).ToHashSet());
    }

    /// <summary>Why the nodes are not one cluster of all; null when each of them sees all.</summary>
    public static string? WhyNotOne(IReadOnlyList<ClusterView> views) => views.All(view => view.Up == views.Count)
        ? null
        : $"the nodes see {string.Join(", ", views.Select(view => view.Up))} nodes";

    /// <summary>
    /// Why shards do not live where one coordinator put them, each on one node; null when they do. Shards that move while nodes look may be
    /// counted twice, until the next look.
    /// </summary>
    public static string? WhyNotOwnedOnce(IReadOnlyList<ClusterView> views) => MostShards.Select(region =>
    {
        int coordinators = views.Count(view => view.Coordinators.Contains(region.Key));
        int shards = views.Sum(view => view.Shards.GetValueOrDefault(region.Key));
        return coordinators != 1 ? $"{coordinators} nodes have the coordinator of the region {region.Key}"
            : shards > region.Value ? $"of {region.Value} shards of the region {region.Key} the nodes have {shards}"
            : null;
    }).FirstOrDefault(reason => reason is not null);

    [GeneratedRegex(
        "^rendezvous_cluster_(members|shards|coordinators)\\{(?:[^}]*,)?(?:state|region)=\"([a-z]+)\"[^}]*\\} (\\d+)",
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
