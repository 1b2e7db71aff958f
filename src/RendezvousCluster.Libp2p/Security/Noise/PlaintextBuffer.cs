using System.Buffers;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Security.Noise;

/// <summary>
/// Decrypted bytes on their way to the consumer: a chain of pooled blocks, filled at the end and dropped from the front. Small frames
/// share a block; a drained buffer holds none, so an idle connection costs nothing here. Not thread-safe.
/// </summary>
internal sealed class PlaintextBuffer
{
    private Block? _first;
    private Block? _last;
    private int _firstOffset;

    public long Length { get; private set; }

    /// <summary>Everything not yet consumed. Valid until the next <see cref="Consume"/>, and not extended by later bytes.</summary>
    public ReadOnlySequence<byte> Unread =>
        _first is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_first, _firstOffset, _last!, _last!.Memory.Length);

    /// <summary>Room for exactly so many contiguous bytes at the end; <see cref="Commit"/> says that they were filled.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if (_last is null || _last.FreeBytes < bytes)
        {
            // Small frames share a block of the streams' size; a large one gets a block of its own size.
            Block block = new(bytes <= PipeBlocks.BlockBytes ? BlockPool.Instance.Rent() : MemoryPool<byte>.Shared.Rent(bytes));
            _last?.LinkTo(block);
            _first ??= block;
            _last = block;
        }

        return _last.Reserve(bytes);
    }

    public void Commit(int bytes)
    {
        _last!.Commit(bytes);
        Length += bytes;
        DropDrainedBlocks();
    }

    public void Consume(long bytes)
    {
        Length -= bytes;
        while (bytes > 0)
        {
            int taken = (int)Math.Min(bytes, _first!.Memory.Length - _firstOffset);
            _firstOffset += taken;
            bytes -= taken;
            DropDrainedBlocks();
        }
    }

    /// <summary>Gives every block back.</summary>
    public void Release()
    {
        for (; _first is not null; _first = _first.NextBlock)
        {
            _first.Return();
        }

        _last = null;
        _firstOffset = 0;
        Length = 0;
    }

    private void DropDrainedBlocks()
    {
        while (_first is not null && _firstOffset == _first.Memory.Length)
        {
            Block drained = _first;
            _first = drained.NextBlock;
            _firstOffset = 0;
            drained.Return();
        }

        if (_first is null)
        {
            _last = null;
        }
    }

    private sealed class Block(IMemoryOwner<byte> owner) : ReadOnlySequenceSegment<byte>
    {
        private readonly Memory<byte> _whole = owner.Memory;

        public Block? NextBlock => (Block?)Next;

        public int FreeBytes => _whole.Length - Memory.Length;

        public Span<byte> Reserve(int bytes) => _whole.Span.Slice(Memory.Length, bytes);

        public void Commit(int bytes) => Memory = _whole[..(Memory.Length + bytes)];

        public void LinkTo(Block next)
        {
            next.RunningIndex = RunningIndex + Memory.Length;
            Next = next;
        }

        public void Return() => owner.Dispose();
    }
}
