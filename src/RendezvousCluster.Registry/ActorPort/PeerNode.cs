using Akka.Actor;
using Akka.Cluster;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>
/// The node at the other end of a connection: which process it says to be, and whether that process is a member of this node's cluster.
/// Frames come to it one at a time.
/// </summary>
/// <remarks>
/// <para>
/// An address is not a node. When a process dies and another one takes its address, the members of the old cluster go on writing there
/// until they have put the dead one out, and the toolkit delivers it. The new process may be of another cluster by then: it has founded
/// one, because it found nobody. Its replicator answered theirs, the newer state of the two won, which is the founder's, and the old
/// cluster's next coordinator knew nothing of where the shards of its own nodes live. It gave them to the next node that joined, and two
/// nodes of one cluster owned them from then on. So what is said among members (<see cref="ReadableMessage.IsAmongMembers"/>) passes only
/// between processes that are members of one cluster, and neither end takes the other one's word for that.
/// </para>
/// <para>
/// All of it is said again until it is answered. So nothing is lost when a node speaks that is a member already, and is not known yet as
/// one here.
/// </para>
/// </remarks>
/// <param name="system">This node's actor system.</param>
internal sealed class PeerNode(ActorSystem system)
{
    private NodeIncarnation? _node;

    // States never change; a new one takes the place of the old one.
    private ClusterEvent.CurrentClusterState? _state;
    private bool _isMember;

    /// <summary>Which it says to be; null as long as it has not said it.</summary>
    public NodeIncarnation? Node => _node;

    /// <summary>Whether that one is a member, as far as this node knows now.</summary>
    public bool IsMember
    {
        get
        {
            if (_node is not { } node || !system.HasExtension<Cluster>())
            {
                return false;
            }

            ClusterEvent.CurrentClusterState state = Cluster.Get(system).State;
            if (!ReferenceEquals(state, _state))
            {
                _state = state;
                _isMember = IsAmong(node, state.Members.Select(member => member.UniqueAddress));
            }

            return _isMember;
        }
    }

    /// <summary>The node says who it is; only its first word counts.</summary>
    public void Hear(ReadOnlySpan<byte> frame)
    {
        if (_node is null && NodeIncarnation.TryRead(frame, out NodeIncarnation node))
        {
            _node = node;
        }
    }

    /// <summary>Whether a node is one of some.</summary>
    internal static bool IsAmong(NodeIncarnation node, IEnumerable<UniqueAddress> members) => members.Any(
        member => member.Uid == node.Number && member.Address.Port == node.Port
            && string.Equals(member.Address.Host, node.Host, StringComparison.OrdinalIgnoreCase));
}
