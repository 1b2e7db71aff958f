using System.IO.Pipelines;

namespace RendezvousCluster.Libp2p.Tests.Muxing;

/// <summary>A transport whose reads fail with a given exception, once the test says so.</summary>
internal sealed class FaultyDuplexPipe : IDuplexPipe
{
    private readonly FaultyReader _input;

    public FaultyDuplexPipe(IDuplexPipe inner)
    {
        _input = new FaultyReader(inner.Input);
        Output = inner.Output;
    }

    public PipeReader Input => _input;

    public PipeWriter Output { get; }

    public void FailReads(Exception exception) => _input.Fail(exception);

    private sealed class FaultyReader(PipeReader inner) : PipeReader
    {
        private volatile Exception? _failure;

        public void Fail(Exception exception)
        {
            _failure = exception;
            inner.CancelPendingRead();
        }

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            ReadResult read = await inner.ReadAsync(cancellationToken);
            return _failure is { } failure ? throw failure : read;
        }

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
