using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Muxing;

/// <summary>How far a look at the received bytes got.</summary>
internal enum ParseResult
{
    /// <summary>All whole frames are handled.</summary>
    NeedsMoreBytes,

    /// <summary>The next frame has to wait until the read loop is resumed.</summary>
    Blocked,
}

/// <summary>The read loop, and the admission of streams that the remote opens.</summary>
internal abstract partial class MuxedConnection
{
    /// <summary>
    /// The read loop makes way for other work after so many reads that did not have to wait: a remote that sends without end shall not keep
    /// a thread.
    /// </summary>
    private const int MaxReadsInARow = 4;

    private readonly WakeUpSignal _readResume = new();
    private int _wasHeard;

    public abstract bool AsksSilentRemotes { get; }

    public bool TakeWasHeard() => Interlocked.Exchange(ref _wasHeard, 0) != 0;

    /// <summary>
    /// Handles the frames at the front of <paramref name="buffer"/> and cuts off what it consumed.
    /// </summary>
    /// <exception cref="MuxerConnectionException">The remote broke the protocol; the connection ends with a goodbye.</exception>
    protected abstract ParseResult Parse(ref ReadOnlySequence<byte> buffer);

    /// <summary>Whether the bytes received so far end inside a frame.</summary>
    protected abstract bool IsInsideFrame { get; }

    /// <summary>Bytes were consumed or dropped. Called under the gate.</summary>
    protected abstract void OnUnreadReleased(MuxedStream stream);

    /// <summary>Makes the object of a stream that the remote opened. Called under the gate.</summary>
    protected abstract MuxedStream CreateInbound(ulong id);

    /// <summary>Lets a blocked read loop look again.</summary>
    protected void ResumeReading() => _readResume.Set();

    /// <summary>Copies received bytes into the stream's buffer, unless nobody wants them.</summary>
    protected void Deliver(MuxedStream stream, in ReadOnlySequence<byte> bytes)
    {
        lock (Gate)
        {
            if (stream.EndedBy is not null || stream.IsReadingAbandoned)
            {
                return;
            }

            // Counted before the application can see them, so the count never goes below zero.
            CountUnread(stream, (int)bytes.Length);
        }

        stream.Deliver(bytes);
    }

    /// <summary>
    /// The remote opens a stream. Over a limit it is refused with a reset and the connection lives; over the rate the connection ends.
    /// </summary>
    /// <param name="id">Its id.</param>
    /// <param name="isStillborn">The frame that opens it resets it as well: only the rate is checked.</param>
    /// <param name="stream">The stream, or null when it was refused.</param>
    /// <returns>False when the refusal cannot be noted now: the read loop has to wait, and ask again.</returns>
    /// <exception cref="MuxerConnectionException">Streams that come to nothing are opened faster than the limit allows.</exception>
    protected bool TryAdmit(ulong id, bool isStillborn, out MuxedStream? stream)
    {
        stream = null;
        lock (Gate)
        {
            string? limit = _inboundCount + _leftoverCount >= Limits.MaxInboundStreamsPerConnection ? "inbound_streams"
                : _acceptQueue.Reader.Count >= Limits.MaxPendingStreamsPerConnection ? "pending_streams"
                : null;
            if (limit is not null && !isStillborn && !CanQueueControl(_refusals.Count))
            {
                return false;
            }

            if (!_inboundOpens.TryTake())
            {
                Libp2pMetrics.CountRefusal("stream_open_rate");
                throw new MuxerConnectionException(
                    ConnectionEndReason.StreamRateExceeded,
                    $"The remote opened more than {Limits.StreamOpensPerSecond} streams per second that came to nothing.");
            }

            if (isStillborn || _end is not null)
            {
                return true;
            }

            if (limit is not null)
            {
                _refusals.Enqueue(id);
                _work.Set();
                Libp2pMetrics.CountRefusal(limit);
                LogStreamRefused(_logger, id, limit);
                return true;
            }

            stream = CreateInbound(id);
            _streams.Add(stream.Key, stream);
            _inboundCount++;
            CountStreams();
            Libp2pMetrics.StreamOpened(isOutbound: false);
        }

        _acceptQueue.Writer.TryWrite(stream);
        return true;
    }

    private async Task ReadLoopAsync()
    {
        int readsInARow = 0;
        try
        {
            while (!HasEnded)
            {
                ReadResult read;
                try
                {
                    ValueTask<ReadResult> reading = _transport.Input.ReadAsync();
                    readsInARow = reading.IsCompleted ? readsInARow + 1 : 0;
                    if (readsInARow > MaxReadsInARow)
                    {
                        readsInARow = 0;
                        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                    }

                    read = await reading.ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    End(AsTransportFailure(exception), sendGoodbye: false);
                    return;
                }

                if (!read.Buffer.IsEmpty)
                {
                    Volatile.Write(ref _wasHeard, 1);
                }

                ReadOnlySequence<byte> rest = read.Buffer;
                if (HasEnded)
                {
                    _transport.Input.AdvanceTo(rest.Start);
                    return;
                }

                ParseResult result = Parse(ref rest);
                _transport.Input.AdvanceTo(rest.Start, result == ParseResult.Blocked ? rest.Start : rest.End);
                if (result == ParseResult.Blocked)
                {
                    await WaitToResumeAsync(rest.Length).ConfigureAwait(false);
                }
                else if (read.IsCompleted)
                {
                    EndByEndOfTransport(isCut: IsInsideFrame || !rest.IsEmpty);
                }
                else if (Volatile.Read(ref _isOverrun) && Limits.ReceiveOverrunPause > TimeSpan.Zero)
                {
                    await PauseWhileOverrunAsync().ConfigureAwait(false);
                }
            }
        }
        catch (MuxerConnectionException exception)
        {
            End(exception, sendGoodbye: true);
        }
        catch (Exception exception)
        {
            End(new MuxerConnectionException(ConnectionEndReason.InternalError, "The read loop failed.", exception), sendGoodbye: true);
        }
    }

    private void EndByEndOfTransport(bool isCut)
    {
        MuxerConnectionException cause = isCut
            ? new MuxerConnectionException(ConnectionEndReason.TransportFailed, "The transport ended inside a frame.")
            : new MuxerConnectionException(ConnectionEndReason.ClosedByRemote, "The remote ended the transport.");
        End(cause, sendGoodbye: false);
    }

    private static MuxerConnectionException AsTransportFailure(Exception exception) =>
        exception as MuxerConnectionException
            ?? new MuxerConnectionException(ConnectionEndReason.TransportFailed, "The transport failed: " + exception.Message, exception);
}
