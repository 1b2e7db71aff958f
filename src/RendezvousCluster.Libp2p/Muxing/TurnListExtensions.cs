namespace RendezvousCluster.Libp2p.Muxing;

/// <summary>Queues whose nodes live in the streams, so that joining and leaving allocate nothing and take constant time.</summary>
internal static class TurnListExtensions
{
    /// <summary>Takes the node out, if it is in.</summary>
    public static void RemoveIfIn(this LinkedList<MuxedStream> list, LinkedListNode<MuxedStream> node)
    {
        if (node.List == list)
        {
            list.Remove(node);
        }
    }
}
