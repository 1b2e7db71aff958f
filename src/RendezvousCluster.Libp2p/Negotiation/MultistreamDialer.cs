using System.Buffers;
using System.Text;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Negotiation;

/// <summary>
/// What the dialling side of one negotiation has said and heard so far. It writes proposals and takes the answers off received bytes;
/// <see cref="MultistreamSelect"/> moves the bytes.
/// </summary>
internal sealed class MultistreamDialer(Libp2pLimits limits)
{
    // One that a listener sends unasked plus one that echoes ours.
    private const int MaxListenerHeaders = 2;

    private byte[] _proposal = [];
    private bool _isHeaderWritten;
    private int _headersSeen;

    /// <summary>Appends a proposal to <paramref name="output"/>, the first one behind the header; the caller flushes.</summary>
    public void Propose(string protocolId, IBufferWriter<byte> output)
    {
        if (!_isHeaderWritten)
        {
            MultistreamFrame.Write(output, MultistreamFrame.Header);
            _isHeaderWritten = true;
        }

        _proposal = Encoding.UTF8.GetBytes(protocolId);
        MultistreamFrame.Write(output, _proposal);
    }

    /// <summary>
    /// Looks for the answer to the last proposal: true accepted, false refused, null when it has not arrived whole. Advances
    /// <paramref name="buffer"/> past what was understood.
    /// </summary>
    /// <exception cref="NegotiationException">The remote broke the protocol.</exception>
    public bool? ReadAnswer(ref ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            FrameReadStatus status = MultistreamFrame.TryRead(ref buffer, limits.MaxNegotiationLineBytes, out ReadOnlySequence<byte> line);
            if (status == FrameReadStatus.Incomplete)
            {
                return null;
            }

            MultistreamSelect.ThrowIfMalformed(status, limits.MaxNegotiationLineBytes);
            if (MultistreamFrame.Is(line, MultistreamFrame.Header) && _headersSeen < MaxListenerHeaders)
            {
                _headersSeen++;
            }
            else if (_headersSeen > 0 && MultistreamFrame.Is(line, _proposal))
            {
                return true;
            }
            else if (_headersSeen > 0 && MultistreamFrame.Is(line, MultistreamFrame.NotAvailable))
            {
                return false;
            }
            else
            {
                throw new NegotiationException(NegotiationError.Malformed, "The remote's answer is neither our proposal nor \"na\".");
            }
        }
    }
}
