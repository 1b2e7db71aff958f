using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Muxing;

/// <summary>A stream multiplexer: many independent byte streams over one secured connection.</summary>
public interface IStreamMuxer
{
    /// <summary>The id that multistream-select or the early-muxer extension negotiates, such as <c>/yamux/1.0.0</c>.</summary>
    string ProtocolId { get; }

    /// <summary>Starts multiplexing over <paramref name="transport"/>, which the connection owns from here on.</summary>
    /// <param name="transport">The secured byte channel; bytes already received stay in its reader.</param>
    /// <param name="isDialer">Whether this side opened the connection (it decides the parity of stream ids).</param>
    /// <param name="limits">Bounds on streams, rates, buffers and times.</param>
    /// <param name="account">Where the connection counts the bytes that it holds for the remote; null counts them for itself.</param>
    IMuxedConnection Start(IDuplexPipe transport, bool isDialer, Libp2pLimits limits, ByteAccount? account = null);
}

/// <summary>One multiplexed connection. Ends once: by <see cref="CloseAsync"/>, <see cref="Abort"/>, the remote, or a protocol
/// error.</summary>
public interface IMuxedConnection : IAsyncDisposable
{
    /// <summary>Completes (never faults) when the connection has ended; <see cref="EndReason"/> then says why.</summary>
    Task Completion { get; }

    /// <summary>Why the connection ended, or null while it lives.</summary>
    ConnectionEndReason? EndReason { get; }

    /// <summary>Streams open now, both directions.</summary>
    int OpenStreamCount { get; }

    /// <summary>
    /// Whether it finds out by itself that its remote is gone without a word, with a ping of its own, and ends then. Where it does not, the
    /// host asks a silent remote over a stream, with libp2p's ping.
    /// </summary>
    bool AsksSilentRemotes { get; }

    /// <summary>
    /// Whether anything at all came from the remote since the last call, or since the beginning. The host calls it now and then where
    /// <see cref="AsksSilentRemotes"/> is false.
    /// </summary>
    bool TakeWasHeard();

    /// <summary>Opens a stream to the remote.</summary>
    /// <exception cref="MuxerConnectionException">The connection has ended, or is going away.</exception>
    ValueTask<IMuxedStream> OpenStreamAsync(CancellationToken cancellationToken);

    /// <summary>The next stream that the remote opened, or null once the connection has ended.</summary>
    ValueTask<IMuxedStream?> AcceptStreamAsync(CancellationToken cancellationToken);

    /// <summary>Says goodbye in the muxer's own way (go away), then ends the connection; streams still open are reset.</summary>
    ValueTask CloseAsync(CancellationToken cancellationToken);

    /// <summary>Ends the connection at once.</summary>
    void Abort(ConnectionEndReason reason);
}

/// <summary>
/// One stream of a multiplexed connection. Reading: <see cref="IDuplexPipe.Input"/> completes at the remote's half-close and throws
/// <see cref="MuxerStreamException"/> after a reset. Writing: a flush of <see cref="IDuplexPipe.Output"/> waits for the remote's window and
/// throws <see cref="MuxerStreamException"/> after a reset. Disposing a stream that is not finished in both directions resets it.
/// </summary>
public interface IMuxedStream : IDuplexPipe, IAsyncDisposable
{
    /// <summary>The id on the wire.</summary>
    ulong Id { get; }

    /// <summary>Whether this side opened it.</summary>
    bool IsOutbound { get; }

    /// <summary>
    /// As <see cref="IDuplexPipe.Input"/>, but a reset, or the end of the connection, behind which nothing is left to read ends it as a
    /// half-close does. For protocols to which both say the same between two messages: many clients reset each stream once they have their
    /// answer, and an exception costs more than most answers. <see cref="HasEnded"/> tells the two apart.
    /// </summary>
    PipeReader InputUntilReset { get; }

    /// <summary>Whether it ended before both sides had finished: by a reset, or with its connection.</summary>
    bool HasEnded { get; }

    /// <summary>Half-close: flushes what was written and tells the remote that no more will come. Reading goes on. Idempotent.</summary>
    ValueTask CloseWriteAsync(CancellationToken cancellationToken = default);

    /// <summary>Ends both directions at once and tells the remote. Idempotent.</summary>
    void Reset();
}
