using System.Net;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>
/// Says which callers get an answer of the admin API without a token.
///
/// Rules. Only a caller on this machine, who asks this server by a name of this machine. A page in a browser here is on this machine too:
/// its request names the page it came from, and is refused unless this server sent the page; and a page that had its own name point to
/// this machine asks for that name. A proxy on this machine that says it speaks for others is not taken for a caller of this machine.
/// </summary>
internal static class AdminDoor
{
    /// <summary>Why a caller gets no answer; null when he gets one.</summary>
    public static string? WhyNot(AdminCaller caller) => caller switch
    {
        _ when !IsLoopback(caller.Remote) || !IsLoopback(caller.Local) => "it answers callers on its own machine only",
        { IsForwarded: true } => "it answers callers on its own machine only, and a proxy says that this one is not",
        _ when !IsNameOfThisMachine(caller.Host.Host) => "it is asked by a name that is not one of its own machine",
        { Origin: { } origin } when !IsOwnPage(origin, caller.Host) => "it answers no pages of others",
        { FetchSite: not (null or "same-origin" or "none") } => "it answers no pages of others",
        _ => null,
    };

    private static bool IsLoopback(IPAddress? address) =>
        address is not null && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static bool IsNameOfThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out IPAddress? address) && IsLoopback(address));

    private static bool IsOwnPage(string origin, HostString host) =>
        origin.Equals($"http://{host.Value}", StringComparison.OrdinalIgnoreCase)
        || origin.Equals($"https://{host.Value}", StringComparison.OrdinalIgnoreCase);
}
