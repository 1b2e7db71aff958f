using System.Net;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Server.Draining;
using RendezvousCluster.Server.Management.Admin.Answers;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>
/// The changes that an operator can make through the admin API, at the node that he asks. Each one, and each attempt without the token, is
/// a line in the log.
/// </summary>
internal sealed partial class AdminWrites(PointDrain drain, Func<AdminToken> token, ILogger<AdminWrites> logger)
{
    /// <summary>What there is to change, each with a line on what it does.</summary>
    internal static readonly IReadOnlyList<(string Path, string Summary)> All =
    [
        ("drain", "Take this node out of service: it hands its shards over and ends the connections of its peers."),
        ("undrain", "Put this node back into service."),
    ];

    private readonly Lazy<AdminToken> _token = new(token);

    /// <summary>Whether something can be changed there.</summary>
    public static bool IsOne(PathString path) => NameOf(path) is not null;

    /// <summary>Makes the token, where there is none, so that the operator finds its file.</summary>
    public void Prepare() => _ = _token.Value;

    /// <summary>Changes something, if the caller may.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        string name = NameOf(context.Request.Path)!;
        IPAddress? source = context.Connection.RemoteIpAddress;
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            await AdminApi.RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "This takes POST: it changes something.");
        }
        else if (!_token.Value.IsHeldBy(context.Request.Headers.Authorization))
        {
            LogRefused(logger, name, source);
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
            await ChangeAsync(name, context);
            LogChanged(logger, name, source, context.Response.StatusCode);
        }
    }

    private static string? NameOf(PathString path) =>
        path.StartsWithSegments(AdminApi.Root, StringComparison.OrdinalIgnoreCase, out PathString rest)
            ? All.Select(write => write.Path).FirstOrDefault(name => rest.Equals($"/{name}", StringComparison.OrdinalIgnoreCase))
            : null;

    private async Task ChangeAsync(string name, HttpContext context)
    {
        try
        {
            if (name == "drain")
            {
                await drain.BeginAsync(context.RequestAborted);
            }
            else
            {
                await drain.UndoAsync(context.RequestAborted);
            }
        }
        catch (TransportException exception)
        {
            await AdminApi.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, exception.Message);
            return;
        }

        await AdminRoute.WriteAsync(context, drain.Status, AdminJson.Default.DrainStatus);
    }

    [LoggerMessage(3133, LogLevel.Warning, "An operator at {Source} asked this node to {Change}; it answered {Status}")]
    private static partial void LogChanged(ILogger logger, string change, IPAddress? source, int status);

    [LoggerMessage(3134, LogLevel.Warning, "Somebody at {Source} without the admin token asked this node to {Change}")]
    private static partial void LogRefused(ILogger logger, string change, IPAddress? source);
}
