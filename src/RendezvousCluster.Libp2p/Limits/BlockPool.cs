using System.Buffers;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// The memory in which bytes of streams wait: for their reader, or for the connection to send them. Its blocks are pinned, and lie where a
/// collection of young objects does not look. Bytes that wait are what survives such a collection under a flood that nobody reads, and to
/// copy them stops every request of the node for 10 to 20 ms, twenty times a second.
/// </summary>
/// <remarks>
/// A block that is not given back, because somebody may still look at it, is garbage like any other array. So are those given back when
/// <see cref="MaxSpareBlocks"/> lie here already: what a flood took is not kept.
/// </remarks>
internal sealed class BlockPool : MemoryPool<byte>
{
    /// <summary>Blocks kept for the next stream (4 MiB): what some hundred streams exchange at once without allocating.</summary>
    public const int MaxSpareBlocks = 1024;

    /// <summary>The one pool of the process: streams of all connections share what is spare.</summary>
    public static readonly BlockPool Instance = new();

    private readonly Lock _lock = new();
    private readonly Block[] _spare = new Block[MaxSpareBlocks];
    private int _spareCount;

    /// <summary>The size of each block. A pipe takes larger memory elsewhere.</summary>
    public override int MaxBufferSize => PipeBlocks.BlockBytes;

    /// <summary>How many blocks lie here.</summary>
    public int SpareBlocks
    {
        get
        {
            lock (_lock)
            {
                return _spareCount;
            }
        }
    }

    /// <summary>A block, with what its last user left in it. Disposing its owner gives it back.</summary>
    /// <param name="minBufferSize">Bytes wanted, at most <see cref="MaxBufferSize"/>; -1 for any.</param>
    /// <exception cref="ArgumentOutOfRangeException">A block does not hold so many.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, MaxBufferSize);
        lock (_lock)
        {
            if (_spareCount > 0)
            {
                Block spare = _spare[--_spareCount];
                _spare[_spareCount] = null!;
                spare.IsRented = true;
                return spare;
            }
        }

        return new Block(this);
    }

    protected override void Dispose(bool disposing)
    {
        // The one pool lives as long as the process.
    }

    private void TakeBack(Block block)
    {
        lock (_lock)
        {
            // Twice in the pool, a block would be two streams' at once.
            ObjectDisposedException.ThrowIf(!block.IsRented, block);
            block.IsRented = false;
            if (_spareCount < MaxSpareBlocks)
            {
                _spare[_spareCount++] = block;
            }
        }
    }

    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        private readonly Memory<byte> _memory =
            GC.AllocateUninitializedArray<byte>(PipeBlocks.BlockBytes, pinned: true);

        public bool IsRented { get; set; } = true;

        public Memory<byte> Memory => IsRented ? _memory : throw new ObjectDisposedException(nameof(Block));

        public void Dispose() => pool.TakeBack(this);
    }
}
