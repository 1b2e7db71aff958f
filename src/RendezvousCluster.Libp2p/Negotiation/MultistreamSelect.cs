using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Negotiation;

/// <summary>
/// multistream-select 1.0: two peers agree on the protocol that a byte channel carries from here on. The same code serves a raw
/// connection (which security), a secured one (which muxer) and every stream (which application protocol).
/// <code>
///   dialer                                   listener
///   /multistream/1.0.0  /a        ───────▶                        both lines in one packet
///                                 ◀───────   /multistream/1.0.0  na
///   /b                            ───────▶                        the next candidate, only after "na"
///                                 ◀───────   /b                   agreed: the next byte belongs to /b
/// </code>
/// <para>Rules kept here, and why.</para>
/// <list type="bullet">
/// <item>Not one byte more is consumed than the negotiation takes. go and rust send application data in the same packet as their
/// proposal; those bytes stay in the reader for the next layer.</item>
/// <item>The listener answers a header with a header, also a repeated one (as js does), and says "na" to everything it does not serve:
/// "ls", which nobody needs since identify lists protocols, and the withdrawn <c>/libp2p/simultaneous-connect</c>, which old
/// go peers put before their first proposal and give up at "na".</item>
/// <item>Answers are collected and flushed before the listener waits for more, so a pipelined dialer gets one packet.</item>
/// <item>The dialer takes a listener's header whether it was sent at once or as an echo, and a second one if it got both.</item>
/// <item>A line, the number of lines and, by the caller's token, the time are bounded.</item>
/// </list>
/// </summary>
public static class MultistreamSelect
{
    /// <summary>Answers a remote's proposals until one of them is supported, and returns that one.</summary>
    /// <param name="pipe">The byte channel; what follows the agreement stays in its reader.</param>
    /// <param name="isSupported">Whether a protocol id is served here.</param>
    /// <param name="limits">Bounds on line length and number of proposals.</param>
    /// <param name="cancellationToken">Bounds the time.</param>
    /// <exception cref="NegotiationException">The remote broke the protocol, proposed too much, or went away.</exception>
    public static async ValueTask<string> ListenAsync(
        IDuplexPipe pipe, Func<string, bool> isSupported, Libp2pLimits limits, CancellationToken cancellationToken)
    {
        var listener = new MultistreamListener(pipe.Output, isSupported, limits);
        while (true)
        {
            ReadResult result = await pipe.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            NegotiationException? failure = null;
            try
            {
                listener.Answer(ref buffer);
            }
            catch (NegotiationException exception)
            {
                // The answers before the failure still go out: "na" tells the remote more than a reset does.
                failure = exception;
            }

            bool isAgreed = listener.Agreed is not null;
            pipe.Input.AdvanceTo(buffer.Start, isAgreed ? buffer.Start : buffer.End);
            FlushResult flush = await pipe.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (failure is not null)
            {
                throw failure;
            }

            // A dialer may send its request together with the proposal and not care for our side of the stream any more.
            if (isAgreed)
            {
                return listener.Agreed!;
            }

            ThrowIfOver(result, flush, cancellationToken);
        }
    }

    /// <summary>Proposes protocols in the given order until the remote accepts one, and returns that one.</summary>
    /// <param name="pipe">The byte channel; what follows the agreement stays in its reader.</param>
    /// <param name="protocolIds">The candidates, best first; at least one.</param>
    /// <param name="limits">Bounds on line length.</param>
    /// <param name="cancellationToken">Bounds the time.</param>
    /// <exception cref="NegotiationException">The remote supports none of them, broke the protocol, or went away.</exception>
    public static async ValueTask<string> DialAsync(
        IDuplexPipe pipe, IReadOnlyList<string> protocolIds, Libp2pLimits limits, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfZero(protocolIds.Count, nameof(protocolIds));
        var dialer = new MultistreamDialer(limits);
        foreach (string protocolId in protocolIds)
        {
            dialer.Propose(protocolId, pipe.Output);
            FlushResult flush = await pipe.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
            bool? isAccepted = null;
            while (isAccepted is null)
            {
                ReadResult result = await pipe.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
                ReadOnlySequence<byte> buffer = result.Buffer;
                isAccepted = dialer.ReadAnswer(ref buffer);
                pipe.Input.AdvanceTo(buffer.Start, isAccepted is null ? buffer.End : buffer.Start);
                if (isAccepted is null)
                {
                    ThrowIfOver(result, flush, cancellationToken);
                }
            }

            if (isAccepted.Value)
            {
                return protocolId;
            }
        }

        throw NotSupported(protocolIds);
    }

    /// <summary>
    /// Proposes the only protocol that will do and does not wait for the answer, which saves a round trip: the caller may write at
    /// once, and the first read checks the answer.
    /// </summary>
    /// <param name="pipe">
    /// The byte channel. The proposal is flushed here: a caller who reads first, or half-closes without a write, need not care for it.
    /// </param>
    /// <param name="protocolId">The one candidate.</param>
    /// <param name="limits">Bounds on line length.</param>
    /// <param name="cancellationToken">Bounds the flush.</param>
    /// <returns>
    /// The reader to use instead of the channel's own. Its reads throw <see cref="NegotiationException"/>, with
    /// <see cref="NegotiationError.ProtocolNotSupported"/> when the remote said "na": nobody has then read what was written meanwhile.
    /// </returns>
    public static async ValueTask<PipeReader> DialLazyAsync(
        IDuplexPipe pipe, string protocolId, Libp2pLimits limits, CancellationToken cancellationToken)
    {
        var dialer = new MultistreamDialer(limits);
        dialer.Propose(protocolId, pipe.Output);
        await pipe.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        return new LazyNegotiationReader(pipe.Input, dialer, protocolId);
    }

    internal static NegotiationException NotSupported(IReadOnlyList<string> protocolIds) =>
        new(NegotiationError.ProtocolNotSupported, $"The remote speaks none of: {string.Join(", ", protocolIds)}.");

    internal static NegotiationException EndOfStream() =>
        new(NegotiationError.EndOfStream, "The stream ended before a protocol was agreed on.");

    internal static void ThrowIfMalformed(FrameReadStatus status, int maxLineBytes)
    {
        if (status != FrameReadStatus.Complete)
        {
            throw new NegotiationException(NegotiationError.Malformed, status == FrameReadStatus.TooLarge
                ? $"A multistream-select line is longer than {maxLineBytes} bytes."
                : "A multistream-select message has a malformed length or no newline at its end.");
        }
    }

    private static void ThrowIfOver(in ReadResult read, in FlushResult flush, CancellationToken cancellationToken)
    {
        if (read.IsCanceled || flush.IsCanceled)
        {
            throw new OperationCanceledException("The negotiation was cancelled.", cancellationToken);
        }

        if (read.IsCompleted)
        {
            throw EndOfStream();
        }
    }
}
