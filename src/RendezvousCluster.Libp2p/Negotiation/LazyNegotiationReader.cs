using System.Buffers;
using System.IO.Pipelines;

namespace RendezvousCluster.Libp2p.Negotiation;

/// <summary>
/// Reads behind a proposal whose answer has not been waited for. The first read takes the answer off the stream; from then on every call
/// goes straight to the stream's own reader. A refusal is thrown by that first read, and by every later one.
/// </summary>
internal sealed class LazyNegotiationReader(PipeReader inner, MultistreamDialer dialer, string protocolId) : PipeReader
{
    private bool _isAgreed;
    private bool _isNothingShown;
    private NegotiationException? _failure;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        _isAgreed ? inner.ReadAsync(cancellationToken) : ReadAnswerFirstAsync(cancellationToken);

    public override bool TryRead(out ReadResult result)
    {
        while (!_isAgreed)
        {
            ThrowIfFailed();
            if (!inner.TryRead(out ReadResult read))
            {
                result = default;
                return false;
            }

            TakeAnswer(read);
            if (!_isAgreed && read.IsCanceled)
            {
                result = ShowNothing();
                return true;
            }
        }

        return inner.TryRead(out result);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_isNothingShown)
        {
            _isNothingShown = false;
            return;
        }

        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private async ValueTask<ReadResult> ReadAnswerFirstAsync(CancellationToken cancellationToken)
    {
        while (!_isAgreed)
        {
            ThrowIfFailed();
            ReadResult read = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
            TakeAnswer(read);
            if (!_isAgreed && read.IsCanceled)
            {
                return ShowNothing();
            }
        }

        return await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    private void TakeAnswer(in ReadResult read)
    {
        ReadOnlySequence<byte> buffer = read.Buffer;
        bool? isAccepted = null;
        try
        {
            isAccepted = dialer.ReadAnswer(ref buffer);
        }
        catch (NegotiationException exception)
        {
            _failure = exception;
        }

        _isAgreed = isAccepted is true;
        inner.AdvanceTo(buffer.Start, _isAgreed ? buffer.Start : buffer.End);
        if (isAccepted is false)
        {
            _failure = MultistreamSelect.NotSupported([protocolId]);
        }
        else if (!_isAgreed && read.IsCompleted)
        {
            _failure ??= MultistreamSelect.EndOfStream();
        }

        ThrowIfFailed();
    }

    // A cancelled read has bytes of the negotiation in its buffer, which are not the consumer's.
    private ReadResult ShowNothing()
    {
        _isNothingShown = true;
        return new ReadResult(ReadOnlySequence<byte>.Empty, isCanceled: true, isCompleted: false);
    }

    private void ThrowIfFailed()
    {
        if (_failure is not null)
        {
            throw _failure;
        }
    }
}
