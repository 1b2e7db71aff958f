using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Protocols.Ping;

/// <summary>
/// Answers <c>/ipfs/ping/1.0.0</c>: sends every 32 bytes back until the remote half-closes, then closes. A connection has few such
/// streams, and an idle one does not live for ever. Echoing waits for the remote's window, so a peer that does not read is not read from
/// either.
/// </summary>
public sealed class PingHandler : IStreamHandler
{
    private static readonly string[] Ids = [PingProtocol.Id];

    private readonly Libp2pLimits _limits;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates the handler.</summary>
    public PingHandler(Libp2pLimits limits, TimeProvider timeProvider)
    {
        _limits = limits;
        _timeProvider = timeProvider;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ProtocolIds => Ids;

    /// <inheritdoc/>
    public async Task HandleAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        PingStreamCount count = stream.Connection.GetOrAddState(static () => new PingStreamCount());
        if (!count.TryAdd(_limits.MaxPingStreamsPerConnection))
        {
            stream.Reset();
            return;
        }

        using var idle = new CancellationTokenSource(_limits.PingIdleTimeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, idle.Token);
        try
        {
            while (await TryReadAsync(stream, either.Token).ConfigureAwait(false))
            {
                // Before the echo: a remote that has its answer may rely on the time being counted anew.
                idle.CancelAfter(_limits.PingIdleTimeout);
                await stream.Output.FlushAsync(either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (idle.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            stream.Reset();
        }
        finally
        {
            count.Remove();
        }
    }

    /// <summary>Reads one ping and copies it to the output; false when the remote has finished, or stopped in the middle of one.</summary>
    private static async ValueTask<bool> TryReadAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        ReadResult result = await stream.Input.ReadAtLeastAsync(PingProtocol.PayloadBytes, cancellationToken).ConfigureAwait(false);
        ReadOnlySequence<byte> buffer = result.Buffer;
        if (buffer.Length >= PingProtocol.PayloadBytes)
        {
            ReadOnlySequence<byte> payload = buffer.Slice(0, PingProtocol.PayloadBytes);
            payload.CopyTo(stream.Output.GetSpan(PingProtocol.PayloadBytes));
            stream.Output.Advance(PingProtocol.PayloadBytes);
            stream.Input.AdvanceTo(payload.End);
            return true;
        }

        bool endedCleanly = buffer.IsEmpty;
        stream.Input.AdvanceTo(buffer.End);
        if (endedCleanly)
        {
            await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            stream.Reset();
        }

        return false;
    }

    private sealed class PingStreamCount
    {
        private int _count;

        public bool TryAdd(int limit)
        {
            if (Interlocked.Increment(ref _count) <= limit)
            {
                return true;
            }

            Remove();
            return false;
        }

        public void Remove() => Interlocked.Decrement(ref _count);
    }
}
