using System.Diagnostics;
using System.Security.Cryptography;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>
/// Where a trace begins: one activity for each request, named by its kind. It tells who asked, and a hash in the place of the namespace,
/// which may be what people keep to themselves; nothing else of what the peer sent. While nobody listens nothing is made.
/// </summary>
internal static class RequestTracing
{
    /// <summary>The name of the source.</summary>
    public const string SourceName = "RendezvousCluster.Server";

    public const string KindTag = "rendezvous.kind";
    public const string StatusTag = "rendezvous.status";
    public const string NamespaceTag = "rendezvous.namespace.hash";
    public const string PeerTag = "rendezvous.peer";

    /// <summary>Enough to tell namespaces apart in one trace store.</summary>
    private const int HashBytes = 8;

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins a request; null when nobody listens.</summary>
    public static Activity? Begin(RendezvousRequest request, PeerId peer)
    {
        if (!Source.HasListeners() || Source.StartActivity(request.Kind, ActivityKind.Server) is not { } activity)
        {
            return null;
        }

        activity.SetTag(KindTag, request.Kind);
        activity.SetTag(PeerTag, peer.ToString());
        activity.SetTag(NamespaceTag, HashOf(request.Namespace.Span));
        return activity;
    }

    /// <summary>The request is answered.</summary>
    public static void End(Activity? activity, RendezvousStatus status)
    {
        activity?.SetTag(StatusTag, FrontEndMetrics.NameOf(status));
        activity?.SetStatus(status == RendezvousStatus.Ok ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
    }

    /// <summary>A namespace as traces show it: the first eight bytes of its SHA-256, hexadecimal; null when none is named.</summary>
    internal static string? HashOf(ReadOnlySpan<byte> utf8) =>
        utf8.IsEmpty ? null : Convert.ToHexStringLower(SHA256.HashData(utf8)[..HashBytes]);
}
