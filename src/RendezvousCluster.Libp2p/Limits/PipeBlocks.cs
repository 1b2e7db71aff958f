namespace RendezvousCluster.Libp2p.Limits;

/// <summary>What bytes in the pipe of a stream take: they lie in whole blocks, which streams do not share.</summary>
internal static class PipeBlocks
{
    /// <summary>The size of a block: the least that a pipe rents.</summary>
    public const int BlockBytes = 4096;

    /// <summary>The memory that so many bytes take.</summary>
    public static long HeldFor(long bytes) => (bytes + BlockBytes - 1) / BlockBytes * BlockBytes;
}
