using System.Buffers;
using RendezvousCluster.Libp2p.Security.Noise;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Security.Noise;

public sealed class PlaintextBufferTests
{
    private readonly PlaintextBuffer _buffer = new();

    [Fact]
    public void Small_pieces_share_a_block_and_large_ones_get_their_own()
    {
        Append(1, 2);
        Append(3);
        Assert.True(_buffer.Unread.IsSingleSegment);
        Append(SealedWire.Pattern(65519));
        Assert.False(_buffer.Unread.IsSingleSegment);
        Assert.Equal([1, 2, 3, .. SealedWire.Pattern(65519)], _buffer.Unread.ToArray());
        Assert.Equal(65522, _buffer.Length);
    }

    [Fact]
    public void A_reservation_that_is_given_up_leaves_no_trace()
    {
        _buffer.Reserve(5000);
        _buffer.Commit(0);
        Assert.True(_buffer.Unread.IsEmpty);
        Append(1);
        _buffer.Reserve(5000);
        _buffer.Commit(0);
        Append(2);
        Assert.Equal([1, 2], _buffer.Unread.ToArray());
        _buffer.Consume(2);
        Assert.True(_buffer.Unread.IsEmpty);
    }

    [Fact]
    public void Released_it_is_empty_and_can_be_filled_again()
    {
        Append(SealedWire.Pattern(10_000));
        Append(SealedWire.Pattern(10_000));
        _buffer.Consume(5);
        _buffer.Release();
        Assert.Equal(0, _buffer.Length);
        Assert.True(_buffer.Unread.IsEmpty);
        Append(9);
        Assert.Equal([9], _buffer.Unread.ToArray());
    }

    [Fact]
    public void The_buffer_is_a_queue_of_bytes_in_every_order_of_filling_and_draining()
    {
        Random random = SeededRandom.Create(out int seed);
        var model = new Queue<byte>();
        for (int step = 0; step < 2000; step++)
        {
            if (random.Next(2) == 0)
            {
                byte[] piece = new byte[random.Next(random.Next(2) == 0 ? 20 : 9000)];
                random.NextBytes(piece);
                Append(piece);
                Array.ForEach(piece, model.Enqueue);
            }
            else
            {
                int bytes = random.Next(random.Next(2) == 0 ? 20 : 9000);
                bytes = Math.Min(bytes, model.Count);
                byte[] expected = [.. Enumerable.Range(0, bytes).Select(_ => model.Dequeue())];
                Assert.Equal(expected, _buffer.Unread.Slice(0, bytes).ToArray());
                _buffer.Consume(bytes);
            }

            Assert.True(model.Count == _buffer.Length && model.Count == _buffer.Unread.Length, $"step {step}, seed {seed}");
        }
    }

    private void Append(params byte[] bytes)
    {
        bytes.CopyTo(_buffer.Reserve(bytes.Length));
        _buffer.Commit(bytes.Length);
    }
}
