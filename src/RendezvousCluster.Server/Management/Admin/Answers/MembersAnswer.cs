using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Management.Admin.Answers;

/// <summary>The members of the cluster as one node sees them; other nodes may see them otherwise while something fails.</summary>
/// <param name="Members">The members, the oldest first.</param>
internal sealed record MembersAnswer(IReadOnlyList<ClusterMember> Members);
