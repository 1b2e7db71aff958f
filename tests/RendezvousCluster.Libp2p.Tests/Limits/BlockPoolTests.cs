using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using RendezvousCluster.Libp2p.Limits;
using Xunit;

namespace RendezvousCluster.Libp2p.Tests.Limits;

public sealed class BlockPoolTests
{
    [Fact]
    public void A_block_given_back_is_the_next_one()
    {
        using var pool = new BlockPool();
        IMemoryOwner<byte> first = pool.Rent();
        Memory<byte> memory = first.Memory;
        first.Dispose();
        Assert.Equal(1, pool.SpareBlocks);

        using IMemoryOwner<byte> second = pool.Rent(PipeBlocks.BlockBytes);

        Assert.Equal(memory, second.Memory);
        Assert.Equal(0, pool.SpareBlocks);
    }

    [Fact]
    public void No_two_streams_get_the_same_block()
    {
        using var pool = new BlockPool();
        using IMemoryOwner<byte> first = pool.Rent();
        using IMemoryOwner<byte> second = pool.Rent();

        Assert.NotEqual(first.Memory, second.Memory);
    }

    [Fact]
    public void A_block_cannot_be_given_back_twice_or_used_afterwards()
    {
        using var pool = new BlockPool();
        IMemoryOwner<byte> block = pool.Rent();
        block.Dispose();

        Assert.Throws<ObjectDisposedException>(block.Dispose);
        Assert.Throws<ObjectDisposedException>(() => block.Memory);
        Assert.Equal(1, pool.SpareBlocks);
    }

    [Fact]
    public void The_pool_does_not_keep_all_that_a_flood_took()
    {
        using var pool = new BlockPool();
        IMemoryOwner<byte>[] blocks = [.. Enumerable.Range(0, BlockPool.MaxSpareBlocks + 10).Select(_ => pool.Rent())];
        Array.ForEach(blocks, block => block.Dispose());

        Assert.Equal(BlockPool.MaxSpareBlocks, pool.SpareBlocks);
    }

    [Fact]
    public void A_block_has_the_size_that_the_accounts_count()
    {
        using var pool = new BlockPool();
        using IMemoryOwner<byte> block = pool.Rent();

        Assert.Equal(PipeBlocks.BlockBytes, block.Memory.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(PipeBlocks.BlockBytes + 1));
    }

    [Fact]
    public void A_block_lies_where_a_collection_of_young_objects_does_not_look()
    {
        using var pool = new BlockPool();
        using IMemoryOwner<byte> block = pool.Rent();

        Assert.True(MemoryMarshal.TryGetArray<byte>(block.Memory, out ArraySegment<byte> array));
        Assert.Equal(GC.MaxGeneration, GC.GetGeneration(array.Array!));
    }

    [Fact]
    public async Task A_pipe_gives_all_its_blocks_back()
    {
        using var pool = new BlockPool();
        var pipe = new Pipe(new PipeOptions(pool, minimumSegmentSize: PipeBlocks.BlockBytes, pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(new byte[10 * PipeBlocks.BlockBytes]);
        await pipe.Writer.CompleteAsync();
        await pipe.Reader.CompleteAsync();

        Assert.Equal(10, pool.SpareBlocks);
    }
}
