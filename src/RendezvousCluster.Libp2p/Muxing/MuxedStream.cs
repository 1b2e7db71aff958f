using System.Buffers;
using System.IO.Pipelines;

namespace RendezvousCluster.Libp2p.Muxing;

/// <summary>
/// What yamux and mplex streams have in common: two halves that end independently, and resets that end both.
/// </summary>
/// <remarks>
/// <para>
/// The sending half goes open → finishing (the application half-closed; bytes may wait for the window) → finished (our FIN is written). The
/// receiving half goes open → finished (the remote's FIN came; bytes may wait for the application). A reset, from either side, ends what
/// is not finished yet: a half that had finished stays as it is, so a response that was received whole can still be read when a
/// reset follows it.
/// </para>
/// <para>
/// The bytes before the end count when the remote made the end: after its reset, or after the connection was lost, reads show what was
/// received and then throw. When this side made it, reads throw at once.
/// </para>
/// <para>
/// A stream stays in the connection's table, and counts against its limits, until both halves are finished, the remote reset it, or our own
/// reset is <em>written</em>. That is what bounds the control frames that wait for a remote that does not read: they are flags of streams
/// that are counted, never entries of a queue.
/// </para>
/// <para>Every field that is not readonly is guarded by the connection's gate. The gates of the two pipes are never taken under it, nor
/// it under them.</para>
/// </remarks>
internal abstract class MuxedStream : IMuxedStream
{
    private readonly MuxedConnection _connection;
    private readonly MuxedStreamReader _reader;
    private readonly MuxedStreamWriter _writer;
    private TaskCompletionSource? _writeFinished;

    protected MuxedStream(MuxedConnection connection, ulong id, bool isOutbound)
    {
        _connection = connection;
        Id = id;
        IsOutbound = isOutbound;
        _reader = new MuxedStreamReader(this);
        _writer = new MuxedStreamWriter(this);
        ControlTurn = new LinkedListNode<MuxedStream>(this);
        DataTurn = new LinkedListNode<MuxedStream>(this);
    }

    public ulong Id { get; }

    public bool IsOutbound { get; }

    public PipeReader Input => _reader;

    public PipeReader InputUntilReset => _reader.UntilReset;

    public PipeWriter Output => _writer;

    /// <summary>What the connection's table knows it by.</summary>
    internal abstract ulong Key { get; }

    /// <summary>How many bytes the remote is ready to take now.</summary>
    internal abstract long SendCredit { get; }

    /// <summary>Its place in the queue of streams that have a control frame to send; in no list when there is none.</summary>
    internal LinkedListNode<MuxedStream> ControlTurn { get; }

    /// <summary>Its place in the round of streams that have data to send.</summary>
    internal LinkedListNode<MuxedStream> DataTurn { get; }

    /// <summary>The remote does not know of it yet: the frame that opens it is not written.</summary>
    internal bool IsOpenDue { get; set; }

    /// <summary>All data is written and the application half-closed: the FIN is next.</summary>
    internal bool IsFinishDue { get; set; }

    /// <summary>We reset it and the frame that says so is not written.</summary>
    internal bool IsResetDue { get; set; }

    /// <summary>The remote half-closed.</summary>
    internal bool IsRemoteFinished { get; private set; }

    /// <summary>Our FIN is written.</summary>
    internal bool IsLocalFinished { get; private set; }

    /// <summary>The application reads no more.</summary>
    internal bool IsReadingAbandoned { get; private set; }

    /// <summary>What ended it before both halves were finished.</summary>
    internal StreamEndReason? EndedBy { get; private set; }

    /// <summary>Received and not yet consumed by the application.</summary>
    internal int UnreadBytes { get; set; }

    /// <summary>It has left the table, and what was received of it is still unread.</summary>
    internal bool IsLeftover { get; set; }

    /// <summary>Takes the gate.</summary>
    /// <inheritdoc/>
    public bool HasEnded
    {
        get
        {
            lock (_connection.Gate)
            {
                return EndedBy is not null;
            }
        }
    }

    private bool IsWriteFinishing { get; set; }

    private MuxerStreamException? Failure { get; set; }

    public void Reset() => End(StreamEndReason.ResetLocally, "The stream was reset by this side.");

    public async ValueTask CloseWriteAsync(CancellationToken cancellationToken = default)
    {
        Task finished;
        lock (_connection.Gate)
        {
            if (IsLocalFinished)
            {
                return;
            }

            ThrowIfEnded();
            finished = (_writeFinished ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        FinishWriting();
        await finished.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_connection.Gate)
        {
            if (!IsLocalFinished)
            {
                ThrowIfEnded();
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        bool isUnfinished;
        lock (_connection.Gate)
        {
            isUnfinished = !IsRemoteFinished || !IsWriteFinishing;
        }

        if (isUnfinished)
        {
            Reset();
        }

        OnReadingAbandoned();
        _reader.Release();
        return ValueTask.CompletedTask;
    }

    /// <summary>Half-closes without waiting for the remote's window.</summary>
    internal void FinishWriting()
    {
        _writer.Finish();
        lock (_connection.Gate)
        {
            if (!IsWriteFinishing && EndedBy is null)
            {
                IsWriteFinishing = true;
                _connection.QueueData(this);
            }
        }
    }

    /// <summary>The application committed bytes, perhaps.</summary>
    internal void OnFlushed()
    {
        lock (_connection.Gate)
        {
            if (EndedBy is null && SendCredit > 0)
            {
                _connection.QueueData(this);
            }
        }
    }

    /// <summary>The application took bytes out of the receive buffer.</summary>
    internal void OnConsumed(int bytes)
    {
        lock (_connection.Gate)
        {
            _connection.ReleaseUnread(this, bytes);
        }
    }

    /// <summary>The application reads no more: what lies unread stops counting, and what still comes is dropped.</summary>
    internal void OnReadingAbandoned()
    {
        lock (_connection.Gate)
        {
            IsReadingAbandoned = true;
            _connection.ReleaseUnread(this, UnreadBytes);
        }
    }

    /// <summary>The remote half-closed. A second FIN means nothing new.</summary>
    internal void OnRemoteFinished()
    {
        lock (_connection.Gate)
        {
            if (IsRemoteFinished || EndedBy is not null)
            {
                return;
            }

            IsRemoteFinished = true;
            ForgetIfFinished();
        }

        _reader.End(failure: null);
    }

    /// <summary>Our FIN is written. Called under the gate.</summary>
    internal void OnFinishWritten()
    {
        IsFinishDue = false;
        IsLocalFinished = true;
        ForgetIfFinished();
        _writeFinished?.TrySetResult();
    }

    /// <summary>The remote reset it.</summary>
    internal void OnRemoteReset() => End(StreamEndReason.ResetByRemote, "The stream was reset by the remote.");

    /// <summary>The stream cannot go on, but the connection can: tells the remote with a reset.</summary>
    internal void Refuse(StreamEndReason reason, string message) => End(reason, message);

    /// <summary>The connection ended under it and has forgotten it already.</summary>
    internal void OnConnectionEnded(MuxerConnectionException cause) =>
        End(StreamEndReason.ConnectionEnded, "The connection under the stream ended: " + cause.Message, cause);

    /// <summary>Writes the header of a data frame and answers its length.</summary>
    internal abstract int WriteDataHeader(Span<byte> destination, int payloadBytes);

    /// <summary>So many bytes more are held for the remote, or fewer.</summary>
    internal void CountHeld(long difference) => _connection.Account.Add(difference);

    internal TakeResult Take(PipeWriter output, int maxBytes) => _writer.Take(output, maxBytes);

    internal void Deliver(in ReadOnlySequence<byte> bytes) => _reader.Deliver(bytes);

    private void End(StreamEndReason reason, string message, Exception? cause = null)
    {
        MuxerStreamException failure;
        bool isReadingCutOff;
        bool isWritingCutOff;
        bool isRemotesDoing = IsRemotesDoing(reason, cause);
        lock (_connection.Gate)
        {
            if (EndedBy is not null)
            {
                if (reason == StreamEndReason.ResetByRemote)
                {
                    // It crossed our own reset, which then need not be sent.
                    _connection.Forget(this);
                }

                return;
            }

            if (IsLocalFinished && IsRemoteFinished)
            {
                return;
            }

            failure = new MuxerStreamException(reason, message, cause);
            EndedBy = reason;
            Failure = failure;
            isReadingCutOff = !IsRemoteFinished;
            isWritingCutOff = !IsLocalFinished;
            if (isReadingCutOff && !isRemotesDoing)
            {
                _connection.ReleaseUnread(this, UnreadBytes);
            }

            if (reason is StreamEndReason.ResetLocally or StreamEndReason.BufferExceeded && !IsOpenDue)
            {
                IsResetDue = true;
                _connection.LeaveDataRound(this);
                _connection.QueueControl(this);
            }
            else
            {
                _connection.Forget(this);
            }
        }

        if (isReadingCutOff)
        {
            _reader.End(failure, isBehindRest: isRemotesDoing);
        }

        if (isWritingCutOff)
        {
            _writer.Fail(failure);
        }

        _writeFinished?.TrySetResult();
    }

    private static bool IsRemotesDoing(StreamEndReason reason, Exception? cause) =>
        reason == StreamEndReason.ResetByRemote
            || cause is MuxerConnectionException { Reason: ConnectionEndReason.ClosedByRemote or ConnectionEndReason.TransportFailed };

    private void ForgetIfFinished()
    {
        if (IsLocalFinished && IsRemoteFinished)
        {
            _connection.Forget(this);
        }
    }

    private void ThrowIfEnded()
    {
        if (Failure is { } failure)
        {
            throw new MuxerStreamException(failure.Reason, failure.Message, failure.InnerException);
        }
    }
}
