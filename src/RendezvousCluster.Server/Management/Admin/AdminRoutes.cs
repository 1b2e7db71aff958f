using RendezvousCluster.Server.Management.Admin.Answers;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>All that can be asked of the admin API, a row each. The API, its description and its refusals go by these.</summary>
internal static class AdminRoutes
{
    /// <summary>The rows.</summary>
    public static readonly IReadOnlyList<AdminRoute> All =
    [
        AdminRoute.OfEachNode(
            AdminSubjects.Status,
            "How each node is: its version, whether it serves peers and why not, and how much is on it.",
            AdminJson.Default.NodeStatus,
            AdminJson.Default.ClusterAnswerNodeStatus),
        AdminRoute.OfEachNode(
            AdminSubjects.Members,
            "Who is in the cluster, as each node sees it.",
            AdminJson.Default.MembersAnswer,
            AdminJson.Default.ClusterAnswerMembersAnswer),
        AdminRoute.OfEachNode(
            AdminSubjects.Shards,
            "Which shards each node has, and how many entities are awake in each.",
            AdminJson.Default.ShardsAnswer,
            AdminJson.Default.ClusterAnswerShardsAnswer),
        AdminRoute.OfEachNode(
            AdminSubjects.Connections,
            "Who is connected to each node: how many by transport, muxer and subnet, and the connections that hold the most.",
            AdminJson.Default.ConnectionsAnswer,
            AdminJson.Default.ClusterAnswerConnectionsAnswer,
            takesTop: true),
    ];

    /// <summary>The row of a path; null when there is none.</summary>
    public static AdminRoute? Find(PathString path) =>
        path.StartsWithSegments(AdminApi.Root, StringComparison.OrdinalIgnoreCase, out PathString rest)
            ? All.FirstOrDefault(route => rest.Equals($"/{route.Path}", StringComparison.OrdinalIgnoreCase))
            : null;
}
