using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Management.Admin.Answers;

/// <summary>Who is in the cluster, as one node sees it; other nodes may see it otherwise while something fails.</summary>
/// <param name="Members">The members, the oldest first.</param>
internal sealed record MembersAnswer(IReadOnlyList<ClusterMember> Members);
