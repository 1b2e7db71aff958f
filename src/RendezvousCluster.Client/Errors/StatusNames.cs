using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Errors;

/// <summary>Words about a status. The text comes from a point that nobody vouches for, and ends in logs and terminals.</summary>
internal static class StatusNames
{
    /// <summary>Longest text that is kept; ours have about 100 characters.</summary>
    public const int MaxLength = 256;

    /// <summary>The text in its visible form, cut to <see cref="MaxLength"/>.</summary>
    public static string Clean(string text) => VisibleText.Of(text.Trim(), MaxLength);

    /// <summary>The name in the spec, or the number.</summary>
    public static string Name(RendezvousStatus status) => status switch
    {
        RendezvousStatus.Ok => "OK",
        RendezvousStatus.InvalidNamespace => "E_INVALID_NAMESPACE",
        RendezvousStatus.InvalidSignedPeerRecord => "E_INVALID_SIGNED_PEER_RECORD",
        RendezvousStatus.InvalidTtl => "E_INVALID_TTL",
        RendezvousStatus.InvalidCookie => "E_INVALID_COOKIE",
        RendezvousStatus.NotAuthorized => "E_NOT_AUTHORIZED",
        RendezvousStatus.InternalError => "E_INTERNAL_ERROR",
        RendezvousStatus.Unavailable => "E_UNAVAILABLE",
        _ => $"the unknown status {(int)status}",
    };
}
