using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Muxing;

/// <summary>The write loop and what it serves: control frames first, then one data frame per ready stream in turn.</summary>
internal abstract partial class MuxedConnection
{
    /// <summary>Frames are gathered up to this size before a flush: what fits one Noise message (65 535 less its tag).</summary>
    private const int MaxBatchBytes = 65_535 - 16;

    /// <summary>The largest control frame: mplex's NewStream with a decimal name.</summary>
    private const int MaxControlFrameBytes = 48;

    /// <summary>A data frame is not begun for less room than this at the end of a batch.</summary>
    private const int MinDataRoomBytes = 1024;

    private readonly WakeUpSignal _work = new();
    private readonly LinkedList<MuxedStream> _controlTurns = new();
    private readonly LinkedList<MuxedStream> _dataTurns = new();
    private readonly Queue<ulong> _refusals = new();
    private bool _isWriteSideLost;

    /// <summary>The stream has a control frame to send. Called under the gate.</summary>
    internal void QueueControl(MuxedStream stream)
    {
        if (_end is null && stream.ControlTurn.List is null)
        {
            _controlTurns.AddLast(stream.ControlTurn);
            _work.Set();
        }
    }

    /// <summary>The stream may have data, or its end, to send. Called under the gate.</summary>
    internal void QueueData(MuxedStream stream)
    {
        if (_end is null && stream.DataTurn.List is null)
        {
            _dataTurns.AddLast(stream.DataTurn);
            _work.Set();
        }
    }

    /// <summary>The stream sends no more data. Called under the gate.</summary>
    internal void LeaveDataRound(MuxedStream stream) => _dataTurns.RemoveIfIn(stream.DataTurn);

    /// <summary>Writes the next frame that belongs to no stream (pong, ping, go-away), or answers 0. Called under the gate.</summary>
    protected abstract int TakeConnectionFrame(Span<byte> destination);

    /// <summary>Writes the next control frame of the stream, or answers 0. Called under the gate.</summary>
    protected abstract int TakeControlFrame(MuxedStream stream, Span<byte> destination);

    /// <summary>Writes the frame that resets a stream which never got an object.</summary>
    protected abstract int WriteRefusal(ulong id, Span<byte> destination);

    /// <summary>The application's bytes were written to the remote. Called under the gate.</summary>
    protected abstract void OnDataTaken(MuxedStream stream, int bytes);

    /// <summary>Nothing is left to write. Called by the write loop only, outside the gate.</summary>
    protected abstract void OnIdle();

    /// <summary>Wakes the write loop. Called under the gate.</summary>
    protected void WakeWriter() => _work.Set();

    /// <summary>
    /// Whether one more control frame may be left for the write loop. Called under the gate. When nothing can be written any more, frames
    /// may as well be dropped: reading on is how the end of the connection is found.
    /// </summary>
    protected bool CanQueueControl(int waiting) => waiting < Limits.MaxPendingControlFrames || _isWriteSideLost;

    /// <summary>Whether frames that are left for the write loop will never be written. Read under the gate.</summary>
    protected bool IsWriteSideLost => _isWriteSideLost;

    private async Task WriteLoopAsync()
    {
        try
        {
            while (true)
            {
                // Looked at before the batch, so that a goodbye left by then is in it.
                bool isLast = HasEnded;
                if (!_isAborted && WriteBatch(_transport.Output))
                {
                    if (!await FlushAsync().ConfigureAwait(false))
                    {
                        OnWriteSideLost();
                        return;
                    }

                    continue;
                }

                if (isLast)
                {
                    return;
                }

                OnIdle();
                await _work.WaitAsync().ConfigureAwait(false);
            }
        }
        catch (MuxerConnectionException exception)
        {
            // The security layer knows why, and that nothing else will come of it.
            End(exception, sendGoodbye: false);
        }
        catch (Exception exception)
        {
            LogWriteFailed(_logger, exception);
            OnWriteSideLost();
        }
    }

    private bool WriteBatch(PipeWriter output)
    {
        int written = 0;
        Span<byte> control = stackalloc byte[MaxControlFrameBytes];
        while (written + MaxControlFrameBytes + MinDataRoomBytes <= MaxBatchBytes)
        {
            int length = TakeControl(control, out MuxedStream? stream);
            if (length > 0)
            {
                output.Write(control[..length]);
                written += length;
            }
            else if (stream is not null)
            {
                written += WriteData(output, stream, MaxBatchBytes - written - MaxControlFrameBytes);
            }
            else
            {
                break;
            }
        }

        if (written > 0)
        {
            // Slots have become free.
            _readResume.Set();
        }

        return written > 0;
    }

    /// <summary>Answers the next control frame's length; when there is none, zero and the stream whose data is next.</summary>
    private int TakeControl(Span<byte> destination, out MuxedStream? dataStream)
    {
        dataStream = null;
        lock (Gate)
        {
            if (_refusals.TryDequeue(out ulong id))
            {
                return WriteRefusal(id, destination);
            }

            while (_controlTurns.First is { } turn)
            {
                _controlTurns.Remove(turn);
                int length = TakeControlFrame(turn.Value, destination);
                if (length > 0)
                {
                    return length;
                }
            }

            // After the streams' frames, so that a go-away is the last thing said.
            int connectionLength = TakeConnectionFrame(destination);
            if (connectionLength == 0 && _dataTurns.First is { } dataTurn)
            {
                _dataTurns.Remove(dataTurn);
                dataStream = dataTurn.Value;
            }

            return connectionLength;
        }
    }

    private int WriteData(PipeWriter output, MuxedStream stream, int roomBytes)
    {
        long credit;
        lock (Gate)
        {
            credit = stream.SendCredit;
        }

        // Only this loop lowers the credit, so it still holds after the gate.
        TakeResult result = stream.Take(output, (int)Math.Min(credit, Math.Min(roomBytes, Limits.MuxerMaxSendFrameBytes)));
        lock (Gate)
        {
            OnDataTaken(stream, result.PayloadBytes);
            if (stream.EndedBy is not null)
            {
                return result.PayloadBytes + result.HeaderBytes;
            }

            if (result.HasMore && stream.SendCredit > 0)
            {
                QueueData(stream);
            }
            else if (result.IsFinished && !stream.IsLocalFinished)
            {
                stream.IsFinishDue = true;
                QueueControl(stream);
            }
        }

        return result.PayloadBytes + result.HeaderBytes;
    }

    private async ValueTask<bool> FlushAsync()
    {
        ValueTask<FlushResult> flush = _transport.Output.FlushAsync();
        if (flush.IsCompleted)
        {
            return IsOpen(await flush.ConfigureAwait(false));
        }

        // The batch waits, and before it the bytes that the transport takes without waiting.
        const int heldBytes = MaxBatchBytes + TransportBuffers.MaxWriteBehindBytes;
        Account.Add(heldBytes);
        _writeWatchdog.Start();
        try
        {
            return IsOpen(await flush.ConfigureAwait(false));
        }
        finally
        {
            _writeWatchdog.Stop();
            Account.Add(-heldBytes);
        }

        static bool IsOpen(FlushResult result) => !result.IsCompleted && !result.IsCanceled;
    }

    /// <summary>
    /// Nothing more can be written. The frames that the remote sent before it went (the last ones, its go-away) may still be read, so the
    /// read loop is left to find the end; the watchdog sees to it that it does.
    /// </summary>
    private void OnWriteSideLost()
    {
        lock (Gate)
        {
            _isWriteSideLost = true;
        }

        _readResume.Set();
        if (!HasEnded)
        {
            _writeWatchdog.Start();
        }
    }

    private void OnWriteTimeout()
    {
        bool isLost;
        lock (Gate)
        {
            isLost = _isWriteSideLost;
        }

        MuxerConnectionException cause = isLost
            ? new MuxerConnectionException(ConnectionEndReason.TransportFailed, "The transport takes no more bytes.")
            : new MuxerConnectionException(
                ConnectionEndReason.WriteTimeout, $"The remote read nothing for {Limits.WriteTimeout.TotalSeconds:0.#} s.");
        End(cause, sendGoodbye: false);
        StopWriting();
    }

    private void StopWriting()
    {
        _isAborted = true;
        _transport.Output.CancelPendingFlush();
        _work.Set();
    }
}
