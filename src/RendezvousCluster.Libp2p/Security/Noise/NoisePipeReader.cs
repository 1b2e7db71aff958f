using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;

namespace RendezvousCluster.Libp2p.Security.Noise;

/// <summary>
/// Reads what the remote sealed. There is no pump: ciphertext is taken from the raw reader only when the consumer has examined all
/// plaintext it was shown and asks for more, so a consumer that stops reading stops the remote, and an idle connection runs nothing.
/// <para>Rules kept here, and why.</para>
/// <list type="bullet">
/// <item>One pull opens every frame that has arrived, up to <see cref="MaxDecryptAheadBytes"/>: few wake-ups, bounded memory.</item>
/// <item>Bytes that authenticated are delivered before a failure that came after them is thrown.</item>
/// <item>A frame without plaintext is legal and delivers nothing; it does not end the stream.</item>
/// <item>Noise has no goodbye: the end of the raw connection between two frames counts as the end, inside a frame as a failure.</item>
/// </list>
/// <para>One consumer at a time, as with every <see cref="PipeReader"/>; only <see cref="CancelPendingRead"/> may come from elsewhere.
/// </para>
/// </summary>
internal sealed class NoisePipeReader(PipeReader inner, CipherState cipher) : PipeReader
{
    /// <summary>
    /// A pull stops opening frames once it has this much plaintext: two of the largest frames, so that one pull is never less than a frame.
    /// With the frame that crosses the line, at most 196 606 bytes are ahead of the consumer.
    /// </summary>
    public const int MaxDecryptAheadBytes = 128 * 1024;

    private readonly PlaintextBuffer _plaintext = new();
    private ReadOnlySequence<byte> _shown;
    private bool _isAllExamined = true;
    private bool _isEnded;
    private bool _isCompleted;
    private int _isCancelRequested;
    private MuxerConnectionException? _failure;
    private long _waitingBytes;

    /// <summary>Where the ciphertext of a frame that has not arrived whole is counted.</summary>
    public ByteAccount? Account { get; set; }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        return TryShow(out ReadResult result) ? new ValueTask<ReadResult>(result) : PullAsync(cancellationToken);
    }

    public override bool TryRead(out ReadResult result)
    {
        ThrowIfCompleted();
        while (!TryShow(out result))
        {
            if (!inner.TryRead(out ReadResult read))
            {
                return false;
            }

            Open(read);
        }

        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        ThrowIfCompleted();
        _isAllExamined = _shown.Slice(examined).IsEmpty;
        long consumedBytes = _shown.Slice(_shown.Start, consumed).Length;
        _shown = default;
        _plaintext.Consume(consumedBytes);
    }

    public override void CancelPendingRead()
    {
        // Both: a read that is about to look at its plaintext sees the flag, one that waits for ciphertext is woken up to see it.
        // If no read waits, the raw reader wakes a later one for nothing, which then goes on waiting.
        Volatile.Write(ref _isCancelRequested, 1);
        inner.CancelPendingRead();
    }

    public override void Complete(Exception? exception = null)
    {
        if (TryComplete())
        {
            inner.Complete(exception);
        }
    }

    public override ValueTask CompleteAsync(Exception? exception = null) =>
        TryComplete() ? inner.CompleteAsync(exception) : ValueTask.CompletedTask;

    private async ValueTask<ReadResult> PullAsync(CancellationToken cancellationToken)
    {
        ReadResult result;
        do
        {
            Open(await inner.ReadAsync(cancellationToken).ConfigureAwait(false));
        }
        while (!TryShow(out result));

        return result;
    }

    private bool TryShow(out ReadResult result)
    {
        bool isCanceled = Interlocked.Exchange(ref _isCancelRequested, 0) == 1;
        if (!isCanceled && _isAllExamined)
        {
            if (_failure is not null)
            {
                throw _failure;
            }

            if (!_isEnded)
            {
                result = default;
                return false;
            }
        }

        _shown = _plaintext.Unread;
        result = new ReadResult(_shown, isCanceled, _isEnded);
        return true;
    }

    // Less than a block is part of what a connection costs anyway: most pulls end with a piece of the next frame.
    private void CountWaiting(long bytes)
    {
        long counted = bytes - (bytes % PipeBlocks.BlockBytes);
        if (counted != _waitingBytes)
        {
            Account?.Add(counted - _waitingBytes);
            _waitingBytes = counted;
        }
    }

    // Opens the whole frames of what was read, and takes them off the raw reader.
    private void Open(in ReadResult read)
    {
        ReadOnlySequence<byte> ciphertext = read.Buffer;
        long lengthBefore = _plaintext.Length;
        bool isStarved = false;
        while (_failure is null && _plaintext.Length - lengthBefore < MaxDecryptAheadBytes)
        {
            if (!NoiseFrame.TryRead(ref ciphertext, out ReadOnlySequence<byte> body))
            {
                isStarved = true;
                break;
            }

            OpenFrame(body);
        }

        if (isStarved && read.IsCompleted)
        {
            if (ciphertext.IsEmpty)
            {
                _isEnded = true;
            }
            else
            {
                _failure = new MuxerConnectionException(ConnectionEndReason.TransportFailed, "The connection ended inside a Noise frame.");
            }
        }

        inner.AdvanceTo(ciphertext.Start, isStarved ? ciphertext.End : ciphertext.Start);
        CountWaiting(ciphertext.Length);
        _isAllExamined &= _plaintext.Length == lengthBefore;
    }

    private void OpenFrame(in ReadOnlySequence<byte> body)
    {
        int plaintextBytes = (int)body.Length - CipherState.TagBytes;
        if (plaintextBytes < 0 || cipher.IsExhausted)
        {
            _failure = new MuxerConnectionException(ConnectionEndReason.DecryptFailed, plaintextBytes < 0
                ? $"A Noise frame has {body.Length} bytes, fewer than its tag takes."
                : "Every nonce of the connection's key is spent.");
            return;
        }

        if (TryDecrypt(body, _plaintext.Reserve(plaintextBytes)))
        {
            _plaintext.Commit(plaintextBytes);
        }
        else
        {
            _plaintext.Commit(0);
            _failure = new MuxerConnectionException(ConnectionEndReason.DecryptFailed, "A Noise frame does not authenticate.");
        }
    }

    private bool TryDecrypt(in ReadOnlySequence<byte> body, Span<byte> plaintext)
    {
        if (body.IsSingleSegment)
        {
            return cipher.TryDecrypt(default, body.FirstSpan, plaintext);
        }

        byte[] scratch = ArrayPool<byte>.Shared.Rent((int)body.Length);
        body.CopyTo(scratch);
        bool isAuthentic = cipher.TryDecrypt(default, scratch.AsSpan(0, (int)body.Length), plaintext);
        ArrayPool<byte>.Shared.Return(scratch);
        return isAuthentic;
    }

    private bool TryComplete()
    {
        if (_isCompleted)
        {
            return false;
        }

        _isCompleted = true;
        _shown = default;
        _plaintext.Release();
        CountWaiting(0);
        cipher.Dispose();
        return true;
    }

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("Reading is not allowed after the reader was completed.");
        }
    }
}
