using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core;

/// <summary>Replies that carry a refusal and nothing else.</summary>
internal static class RegistryReplies
{
    internal static RegisterReply Register(RendezvousStatus status, string text) => new(status, text, TtlSeconds: 0);

    /// <summary>A REGISTER that finds nothing of the peer's, and may not make it.</summary>
    internal static RegisterReply NotAdmitted(RendezvousStatus status, string text) =>
        new(status, text, TtlSeconds: 0) { IsAbsent = true };

    internal static DiscoverReply Discover(RendezvousStatus status, string text) => new(status, text, [], CookieRevision: 0);
}
