using System.Net;
using System.Text;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Draining;
using RendezvousCluster.Server.Management.Admin.Answers;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>
/// The changes that an operator can make through the admin API, at the node that he asks. Each one, and each attempt without the token, is
/// a line in the log.
/// </summary>
internal sealed partial class AdminWrites(
    PointDrain drain,
    Eviction eviction,
    IClusterInquiries cluster,
    IHostApplicationLifetime lifetime,
    Func<AdminToken> token,
    ILogger<AdminWrites> logger)
{
    /// <summary>All that can be changed, a row each.</summary>
    internal static readonly IReadOnlyList<AdminWrite> All =
    [
        new(
            "drain",
            "Take this node out of service: it hands its shards over and ends the connections of its peers.",
            AdminJson.Default.DrainStatus,
            static (writes, context) => writes.DrainAsync(context)),
        new(
            "undrain",
            "Put this node back into service.",
            AdminJson.Default.DrainStatus,
            static (writes, context) => writes.UndrainAsync(context)),
        new(
            "evict",
            "End all registrations of a peer, and its connections to any node; or all registrations of a namespace.",
            AdminJson.Default.EvictAnswer,
            static (writes, context) => writes.EvictAsync(context))
        {
            Parameters = [("peer", "The id of the peer.", false), ("namespace", "The namespace.", false)],
        },
        new(
            "leave",
            "Stop this node in order: it leaves the cluster, and its process ends with exit code 0.",
            AdminJson.Default.DrainStatus,
            static (writes, context) => writes.LeaveAsync(context)),
    ];

    private readonly Lazy<AdminToken> _token = new(token);

    /// <summary>Whether something can be changed there.</summary>
    public static bool IsOne(PathString path) => Find(path) is not null;

    /// <summary>Makes the token, where there is none, so that the operator finds its file.</summary>
    public void Prepare() => _ = _token.Value;

    /// <summary>Changes something, if the caller may.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        AdminWrite write = Find(context.Request.Path)!;
        IPAddress? source = context.Connection.RemoteIpAddress;
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            await AdminApi.RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "This takes POST: it changes something.");
        }
        else if (!_token.Value.IsHeldBy(context.Request.Headers.Authorization))
        {
            LogRefused(logger, write.Path, source);
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await AdminApi.RefuseAsync(
                context,
                StatusCodes.Status401Unauthorized,
                _token.Value.WhyNone is { } reason
                    ? $"Nothing can be changed: {reason}"
                    : $"This changes something, and takes the token of the file {AdminToken.FileName} in the server's data directory.");
        }
        else
        {
            await write.ChangeAsync(this, context);
            LogChanged(logger, write.Path, source, context.Response.StatusCode, context.Request.QueryString.Value ?? "");
        }
    }

    private static AdminWrite? Find(PathString path) =>
        path.StartsWithSegments(AdminApi.Root, StringComparison.OrdinalIgnoreCase, out PathString rest)
            ? All.FirstOrDefault(write => rest.Equals($"/{write.Path}", StringComparison.OrdinalIgnoreCase))
            : null;

    private async Task DrainAsync(HttpContext context)
    {
        await drain.BeginAsync(context.RequestAborted);
        await AdminRoute.WriteAsync(context, drain.Status, AdminJson.Default.DrainStatus);
    }

    private async Task UndrainAsync(HttpContext context)
    {
        try
        {
            await drain.UndoAsync(context.RequestAborted);
        }
        catch (TransportException exception)
        {
            await AdminApi.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, exception.Message);
            return;
        }

        await AdminRoute.WriteAsync(context, drain.Status, AdminJson.Default.DrainStatus);
    }

    // The answer goes out before the stop begins.
    private async Task LeaveAsync(HttpContext context)
    {
        context.Response.OnCompleted(() =>
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        });
        await AdminRoute.WriteAsync(context, drain.Status, AdminJson.Default.DrainStatus);
    }

    private async Task EvictAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        (string id, string name) = (query["peer"].ToString(), query["namespace"].ToString());
        if ((id.Length > 0) == (name.Length > 0))
        {
            await AdminApi.RefuseAsync(context, StatusCodes.Status400BadRequest, "evict takes a peer or a namespace, one of the two.");
        }
        else if (id.Length > 0 && PeerId.TryParse(id, out PeerId? peer))
        {
            bool isComplete = await eviction.OfPeerAsync(peer, context.RequestAborted);
            IReadOnlyList<NodeRow<DisconnectAnswer>> nodes = (await ClusterAnswers.AskAsync(
                cluster, AdminSubjects.Disconnect, new AskedFor(1, peer.ToString()), AdminJson.Default.DisconnectAnswer,
                context.RequestAborted)).Nodes;
            await AdminRoute.WriteAsync(context, new EvictAnswer(isComplete, 0, nodes), AdminJson.Default.EvictAnswer);
        }
        else if (id.Length == 0 && RendezvousNamespace.TryCreate(Encoding.UTF8.GetBytes(name), out RendezvousNamespace? ns))
        {
            (int removed, bool isComplete) = await eviction.OfNamespaceAsync(ns, context.RequestAborted);
            await AdminRoute.WriteAsync(context, new EvictAnswer(isComplete, removed, []), AdminJson.Default.EvictAnswer);
        }
        else
        {
            await AdminApi.RefuseAsync(
                context, StatusCodes.Status400BadRequest, "peer takes the id of a peer, and namespace 1 to 255 bytes.");
        }
    }

    [LoggerMessage(3133, LogLevel.Warning, "An operator at {Source} asked this node to {Change}; it answered {Status} (query: '{Query}')")]
    private static partial void LogChanged(ILogger logger, string change, IPAddress? source, int status, string query);

    [LoggerMessage(3134, LogLevel.Warning, "Somebody at {Source} without the admin token asked this node to {Change}")]
    private static partial void LogRefused(ILogger logger, string change, IPAddress? source);
}
