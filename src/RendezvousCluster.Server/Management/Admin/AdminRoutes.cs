using System.Globalization;
using System.Text;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
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
            AdminJson.Default.ClusterAnswerConnectionsAnswer) with { TakesTop = true },
        AdminRoute.OfEachNode(
            AdminSubjects.Namespaces,
            "The largest namespaces in each node's memory; fewer than asked for where their names are long.",
            AdminJson.Default.NamespacesAnswer,
            AdminJson.Default.ClusterAnswerNamespacesAnswer) with { TakesTop = true },
        AdminRoute.OfEachNode(
            AdminSubjects.Limits,
            "How near each node is to its limits, and who is the nearest to each.",
            AdminJson.Default.LimitsAnswer,
            AdminJson.Default.ClusterAnswerLimitsAnswer),
        new AdminRoute(
            "namespace",
            "One namespace: the node that owns it, and a page of its registrations.",
            AdminJson.Default.NamespaceAnswer,
            AnswerNamespaceAsync)
        {
            TakesTop = true,
            Parameters =
            [
                ("name", "The namespace.", true),
                ("after", "Where the page before said that the next one begins.", false),
            ],
        },
        new AdminRoute(
            AdminSubjects.Peer,
            "One peer: where it is connected, what it has registered, which limits hold it, and why it was refused lately.",
            AdminJson.Default.PeerAnswer,
            AnswerPeerAsync)
        {
            TakesTop = true,
            Parameters = [("id", "The id of the peer.", true)],
        },
    ];

    /// <summary>The row of a path; null when there is none.</summary>
    public static AdminRoute? Find(PathString path) =>
        path.StartsWithSegments(AdminApi.Root, StringComparison.OrdinalIgnoreCase, out PathString rest)
            ? All.FirstOrDefault(route => rest.Equals($"/{route.Path}", StringComparison.OrdinalIgnoreCase))
            : null;

    private static async Task AnswerNamespaceAsync(AdminApi api, HttpContext context, int top)
    {
        IQueryCollection query = context.Request.Query;
        if (!RendezvousNamespace.TryCreate(Encoding.UTF8.GetBytes(query["name"].ToString()), out RendezvousNamespace? name))
        {
            await RefuseAsync(context, "name takes a namespace, of 1 to 255 bytes.");
            return;
        }

        ulong after = 0;
        if (query.ContainsKey("after")
            && !ulong.TryParse(query["after"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            await RefuseAsync(context, "after takes what the page before gave as next.");
            return;
        }

        ClusterAnswer<ShardsAnswer> shards = await api.AskAsync(
            AdminSubjects.Shards, new AskedFor(top), AdminJson.Default.ShardsAnswer, context.RequestAborted);
        NamespaceAnswer answer = await api.Registry.ReadAsync(name, after, top, shards, context.RequestAborted);
        await AdminRoute.WriteAsync(context, answer, AdminJson.Default.NamespaceAnswer);
    }

    private static async Task AnswerPeerAsync(AdminApi api, HttpContext context, int top)
    {
        if (!PeerId.TryParse(context.Request.Query["id"].ToString(), out PeerId? peer))
        {
            await RefuseAsync(context, "id takes the id of a peer.");
            return;
        }

        var asked = new AskedFor(top, peer.ToString());
        Task<ClusterAnswer<PeerOnNode>> nodes =
            api.AskAsync(AdminSubjects.Peer, asked, AdminJson.Default.PeerOnNode, context.RequestAborted);
        PeerAnswer answer = await api.Registry.AnswerAsync(peer, top, nodes, context.RequestAborted);
        await AdminRoute.WriteAsync(context, answer, AdminJson.Default.PeerAnswer);
    }

    private static Task RefuseAsync(HttpContext context, string reason) =>
        AdminApi.RefuseAsync(context, StatusCodes.Status400BadRequest, reason);
}
