using System.Diagnostics.CodeAnalysis;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Protocol.Validation;

/// <summary>
/// Verifies the records that come over one connection, against the peer whom the handshake proved. It remembers the last one that it
/// accepted: a peer sends the same envelope for every namespace and at every refresh, and verifying a signature is the dearest step of a
/// REGISTER. Equal bytes, peer and limits give an equal verdict, so nothing is lost. Streams of the connection may call it at once: the
/// memory is one reference, and a race costs one verification.
/// </summary>
internal sealed class RecordVerifier(PeerId peer, RendezvousLimits limits)
{
    private volatile SignedPeerRecord? _last;

    /// <summary>The last record accepted, or null before the first: the newest word on which flavour this peer reads.</summary>
    public SignedPeerRecord? Last => _last;

    /// <summary>Answers the record in <paramref name="envelope"/>, or why it is refused.</summary>
    public bool TryVerify(
        ReadOnlySpan<byte> envelope, [NotNullWhen(true)] out SignedPeerRecord? record, [NotNullWhen(false)] out Refusal? refusal)
    {
        refusal = null;
        record = _last;
        if (record is null || !record.Envelope.Span.SequenceEqual(envelope))
        {
            refusal = Verify(envelope, out record);
            if (refusal is not null)
            {
                return false;
            }

            _last = record;
        }

        return record is not null;
    }

    private Refusal? Verify(ReadOnlySpan<byte> envelope, out SignedPeerRecord? record)
    {
        record = null;
        if (envelope.IsEmpty)
        {
            return Refusals.RecordMissing;
        }

        if (envelope.Length > limits.MaxEnvelopeBytes)
        {
            return Refusals.EnvelopeTooLarge(limits.MaxEnvelopeBytes);
        }

        SignedPeerRecordError error = SignedPeerRecord.TryOpen(envelope, out record);
        if (error != SignedPeerRecordError.None)
        {
            return Refusals.OfRecord(error, limits);
        }

        if (!record!.Record.PeerId.Equals(peer))
        {
            return Refusals.RecordOfAnotherPeer;
        }

        // Those in protocols that are not known here count too: others may well understand them.
        return record.Record.AddressCount switch
        {
            0 => Refusals.RecordWithoutAddresses,
            int count when count > limits.MaxAddresses => Refusals.TooManyAddresses(limits.MaxAddresses),
            _ => null,
        };
    }
}
