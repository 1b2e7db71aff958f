using System.Buffers;
using System.Text;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Negotiation;

/// <summary>
/// What the listening side of one negotiation has seen so far. It takes whole lines off received bytes and writes the answers;
/// <see cref="MultistreamSelect.ListenAsync"/> moves the bytes.
/// </summary>
internal sealed class MultistreamListener(IBufferWriter<byte> output, Func<string, bool> isSupported, Libp2pLimits limits)
{
    private bool _isHeaderSeen;
    private int _proposals;

    /// <summary>The protocol agreed on, or null while there is none.</summary>
    public string? Agreed { get; private set; }

    /// <summary>Answers every whole line in <paramref name="buffer"/> up to an agreement, and advances the buffer past them.</summary>
    /// <exception cref="NegotiationException">The remote broke the protocol or proposed too much.</exception>
    public void Answer(ref ReadOnlySequence<byte> buffer)
    {
        while (Agreed is null)
        {
            FrameReadStatus status = MultistreamFrame.TryRead(ref buffer, limits.MaxNegotiationLineBytes, out ReadOnlySequence<byte> line);
            if (status == FrameReadStatus.Incomplete)
            {
                return;
            }

            MultistreamSelect.ThrowIfMalformed(status, limits.MaxNegotiationLineBytes);
            AnswerLine(line);
        }
    }

    private void AnswerLine(in ReadOnlySequence<byte> line)
    {
        bool isHeader = MultistreamFrame.Is(line, MultistreamFrame.Header);
        if (!_isHeaderSeen && !isHeader)
        {
            throw new NegotiationException(NegotiationError.Malformed, "The negotiation does not begin with /multistream/1.0.0.");
        }

        // A repeated header counts like a proposal, or it could be repeated for ever.
        if (_isHeaderSeen && ++_proposals > limits.MaxNegotiationProposals)
        {
            throw new NegotiationException(
                NegotiationError.TooManyProposals, $"The remote proposed more than {limits.MaxNegotiationProposals} protocols.");
        }

        _isHeaderSeen = true;
        if (isHeader)
        {
            MultistreamFrame.Write(output, MultistreamFrame.Header);
            return;
        }

        string protocolId = Encoding.UTF8.GetString(line);
        if (isSupported(protocolId))
        {
            MultistreamFrame.Write(output, protocolId);
            Agreed = protocolId;
        }
        else
        {
            MultistreamFrame.Write(output, MultistreamFrame.NotAvailable);
        }
    }
}
