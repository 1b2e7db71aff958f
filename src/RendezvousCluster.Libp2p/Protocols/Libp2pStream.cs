using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Muxing;

namespace RendezvousCluster.Libp2p.Protocols;

/// <summary>A stream on which both sides agreed on a protocol. Disposing it before both sides finished resets it.</summary>
public sealed class Libp2pStream : IDuplexPipe, IAsyncDisposable
{
    private readonly IMuxedStream _stream;

    /// <summary>Wraps a negotiated stream.</summary>
    public Libp2pStream(string protocolId, IPeerConnection connection, IMuxedStream stream)
    {
        ProtocolId = protocolId;
        Connection = connection;
        _stream = stream;
    }

    /// <summary>The protocol agreed on.</summary>
    public string ProtocolId { get; }

    /// <summary>The connection it belongs to.</summary>
    public IPeerConnection Connection { get; }

    /// <summary>Completes at the remote's half-close; throws <see cref="MuxerStreamException"/> after a reset.</summary>
    public PipeReader Input => _stream.Input;

    /// <inheritdoc cref="IMuxedStream.InputUntilReset"/>
    public PipeReader InputUntilReset => _stream.InputUntilReset;

    /// <inheritdoc cref="IMuxedStream.HasEnded"/>
    public bool HasEnded => _stream.HasEnded;

    /// <summary>A flush waits for the remote's window; throws <see cref="MuxerStreamException"/> after a reset.</summary>
    public PipeWriter Output => _stream.Output;

    /// <summary>Half-close: no more will be written; reading goes on.</summary>
    public ValueTask CloseWriteAsync(CancellationToken cancellationToken = default) => _stream.CloseWriteAsync(cancellationToken);

    /// <summary>Ends both directions at once.</summary>
    public void Reset() => _stream.Reset();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
