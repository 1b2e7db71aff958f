using System.Net;

namespace RendezvousCluster.Registry.Membership;

/// <summary>How a node takes part in a cluster. Left as it is, it is a cluster of its own that nobody can reach.</summary>
public sealed class ClusterOptions
{
    /// <summary>
    /// Where it listens for the other nodes: a private address. Default: nowhere, if there are no <see cref="Seeds"/> either; else a free
    /// port of loopback.
    /// </summary>
    public IPEndPoint? Bind { get; set; }

    /// <summary>Where the others reach it, if not at <see cref="Bind"/>; they must name it so among their seeds.</summary>
    public NodeAddress? Announce { get; set; }

    /// <summary>
    /// Nodes through which to join. The first one in the list starts the cluster when no other answers it, so all nodes should have the
    /// same list. Empty: the node starts a cluster of its own.
    /// </summary>
    public IList<NodeAddress> Seeds { get; } = [];

    /// <summary>What the node does. Default: everything.</summary>
    public NodeRoles Roles { get; set; } = NodeRoles.Registry | NodeRoles.Frontend;

    /// <summary>How patient the nodes are with one another; the same on all of them.</summary>
    public FailureDetection FailureDetection { get; set; }

    /// <summary>
    /// Mutual TLS between the nodes; null: none, and every program that reaches <see cref="Bind"/> can control this node.
    /// </summary>
    public ClusterCertificateFiles? Certificates { get; set; }

    /// <summary>Nobody can join this node, and it joins nobody: it opens no port for other nodes.</summary>
    internal bool IsAlone => Bind is null && Seeds.Count == 0;

    /// <summary>Where a node that is not <see cref="IsAlone"/> listens.</summary>
    internal IPEndPoint BindOrDefault => Bind ?? new IPEndPoint(IPAddress.Loopback, 0);
}
