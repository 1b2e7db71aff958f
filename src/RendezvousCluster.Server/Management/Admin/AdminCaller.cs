using System.Net;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>What is known of who sent a request to the admin API.</summary>
/// <param name="Remote">Where the request came from.</param>
/// <param name="Local">Where it arrived.</param>
/// <param name="Host">What it takes this server for.</param>
/// <param name="Origin">The page that sent it; null when no browser did.</param>
/// <param name="FetchSite">What a browser says of how near that page is to this server; null when no browser sent it.</param>
/// <param name="IsForwarded">A proxy says that it came from somebody else.</param>
internal sealed record AdminCaller(
    IPAddress? Remote, IPAddress? Local, HostString Host, string? Origin, string? FetchSite, bool IsForwarded)
{
    // Any of these is enough. A proxy that sends none of them speaks for itself, as far as can be known.
    private static readonly string[] ForwardingHeaders =
        ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via"];

    /// <summary>The caller of a request.</summary>
    public static AdminCaller Of(HttpContext context)
    {
        IHeaderDictionary headers = context.Request.Headers;
        return new AdminCaller(
            context.Connection.RemoteIpAddress,
            context.Connection.LocalIpAddress,
            context.Request.Host,
            headers.Origin.Count > 0 ? headers.Origin.ToString() : null,
            headers.TryGetValue("Sec-Fetch-Site", out var site) ? site.ToString() : null,
            Array.Exists(ForwardingHeaders, headers.ContainsKey));
    }
}
