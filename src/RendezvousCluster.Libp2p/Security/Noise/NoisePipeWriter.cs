using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Muxing;

namespace RendezvousCluster.Libp2p.Security.Noise;

/// <summary>
/// Seals what this side sends. Plaintext gathers in one pooled array; a flush seals it straight into the raw writer's memory, as one
/// frame where it fits, and flushes that once. Sealing costs about a microsecond per frame of any size: many small writes before a
/// flush are one frame. Between flushes no memory is held.
/// </summary>
internal sealed class NoisePipeWriter(PipeWriter inner, CipherState cipher) : PipeWriter
{
    private const int MinArrayBytes = 4096;

    private byte[] _plaintext = [];
    private int _plaintextBytes;

    // How much of the array is used: a whole frame and no more, unless a caller asked for more in one piece.
    private int _capacity;
    private bool _isCompleted;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    /// <summary>Plaintext gathered plus ciphertext not flushed yet.</summary>
    public override long UnflushedBytes => _plaintextBytes + inner.UnflushedBytes;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _plaintext.AsMemory(_plaintextBytes, _capacity - _plaintextBytes);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _plaintext.AsSpan(_plaintextBytes, _capacity - _plaintextBytes);
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _capacity - _plaintextBytes);
        _plaintextBytes += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        SealGathered();
        return inner.FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        if (_plaintextBytes == 0)
        {
            Seal(source.Span);
        }
        else
        {
            this.Write(source.Span);
        }

        return FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        try
        {
            inner.CancelPendingFlush();
        }
        catch (ObjectDisposedException) when (_isCompleted)
        {
            // An abort may race with a completion. A pipe takes that in silence, a writer over a stream (WebSocket) does not.
            return;
        }
    }

    public override void Complete(Exception? exception = null)
    {
        if (TryComplete(exception))
        {
            inner.Complete(exception);
        }
    }

    public override ValueTask CompleteAsync(Exception? exception = null) =>
        TryComplete(exception) ? inner.CompleteAsync(exception) : ValueTask.CompletedTask;

    // Leaves at least one byte, and at least sizeHint, free behind the plaintext gathered so far.
    private void MakeRoom(int sizeHint)
    {
        ThrowIfCompleted();
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        int wanted = Math.Max(sizeHint, 1);
        if (_capacity - _plaintextBytes >= wanted)
        {
            return;
        }

        if (_plaintextBytes + wanted > NoiseFrame.MaxPlaintextBytes)
        {
            // More than a frame: what is here goes into the raw writer now, still unflushed.
            SealGathered();
        }

        int leastBytes = _plaintextBytes + wanted;
        int doubledBytes = Math.Min(2 * _plaintextBytes, NoiseFrame.MaxPlaintextBytes);
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(leastBytes, doubledBytes), MinArrayBytes));
        _plaintext.AsSpan(0, _plaintextBytes).CopyTo(larger);
        ReturnArray();
        _plaintext = larger;
        _capacity = Math.Max(leastBytes, Math.Min(larger.Length, NoiseFrame.MaxPlaintextBytes));
    }

    private void SealGathered()
    {
        Seal(_plaintext.AsSpan(0, _plaintextBytes));
        _plaintextBytes = 0;
        ReturnArray();
    }

    private void Seal(ReadOnlySpan<byte> plaintext)
    {
        while (!plaintext.IsEmpty)
        {
            if (cipher.IsExhausted)
            {
                throw new MuxerConnectionException(ConnectionEndReason.LimitReached, "Every nonce of the connection's key is spent.");
            }

            ReadOnlySpan<byte> part = plaintext[..Math.Min(plaintext.Length, NoiseFrame.MaxPlaintextBytes)];
            int bodyBytes = part.Length + CipherState.TagBytes;
            Span<byte> frame = inner.GetSpan(NoiseFrame.LengthBytes + bodyBytes);
            NoiseFrame.WriteLength(frame, bodyBytes);
            cipher.Encrypt(default, part, frame.Slice(NoiseFrame.LengthBytes, bodyBytes));
            inner.Advance(NoiseFrame.LengthBytes + bodyBytes);
            plaintext = plaintext[part.Length..];
        }
    }

    // As with any pipe, what was written and not flushed still goes out when the writer completes without an error.
    private bool TryComplete(Exception? exception)
    {
        if (_isCompleted)
        {
            return false;
        }

        if (exception is null && !cipher.IsExhausted)
        {
            SealGathered();
        }

        _isCompleted = true;
        _plaintextBytes = 0;
        ReturnArray();
        cipher.Dispose();
        return true;
    }

    private void ReturnArray()
    {
        if (_plaintext.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_plaintext);
            _plaintext = [];
            _capacity = 0;
        }
    }

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("Writing is not allowed after the writer was completed.");
        }
    }
}
