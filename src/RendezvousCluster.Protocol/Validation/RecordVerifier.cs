using System.Diagnostics.CodeAnalysis;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol.Dialects;

namespace RendezvousCluster.Protocol.Validation;

/// <summary>
/// Verifies the records that come over one connection, against the peer whom the handshake proved. It remembers the last one that it
/// accepted: a peer sends the same envelope for every namespace and at every refresh, and verifying a signature is the dearest step of a
/// REGISTER. Equal bytes, peer and limits give an equal verdict, so nothing is lost. Streams of the connection may call it at once: the
/// memory is one reference, and a race costs one verification.
/// </summary>
internal sealed class RecordVerifier(PeerId peer, RendezvousLimits limits)
{
    private const int NoFlavour = -1;

    private volatile VerifiedRecord? _last;
    private volatile int _flavour = NoFlavour;

    /// <summary>
    /// The newest word on what this peer speaks: the flavour of the last record accepted, or PeerInfo when it has sent one since, even if
    /// that was refused. Null before the first.
    /// </summary>
    public RegistrationFlavour? Flavour => _flavour is var flavour and not NoFlavour ? (RegistrationFlavour)flavour : null;

    /// <summary>
    /// Takes note of the peer's dialect, also when the server refuses the request that <paramref name="record"/> came in.
    /// </summary>
    public void Notice(ReadOnlySpan<byte> record)
    {
        if (PeerInfo.TryRead(record, out _))
        {
            _flavour = (int)RegistrationFlavour.PeerInfo;
        }
    }

    /// <summary>Answers what may be registered of <paramref name="record"/>, or why it is refused.</summary>
    public bool TryVerify(
        ReadOnlySpan<byte> record, [NotNullWhen(true)] out VerifiedRecord? verified, [NotNullWhen(false)] out Refusal? refusal)
    {
        refusal = null;
        verified = _last;
        if (verified is null || !verified.Bytes.Span.SequenceEqual(record))
        {
            refusal = Verify(record, out verified);
            if (refusal is not null)
            {
                return false;
            }

            _last = verified;
        }

        _flavour = (int)verified!.Flavour;
        return true;
    }

    private Refusal? Verify(ReadOnlySpan<byte> record, out VerifiedRecord? verified)
    {
        verified = null;
        if (record.IsEmpty)
        {
            return Refusals.RecordMissing;
        }

        if (record.Length > limits.MaxEnvelopeBytes)
        {
            return Refusals.EnvelopeTooLarge(limits.MaxEnvelopeBytes);
        }

        return PeerInfo.TryRead(record, out PeerInfo peerInfo)
            ? VerifyUnsigned(record, peerInfo, out verified)
            : VerifySigned(record, out verified);
    }

    private Refusal? VerifySigned(ReadOnlySpan<byte> envelope, out VerifiedRecord? verified)
    {
        verified = null;
        SignedPeerRecordError error = SignedPeerRecord.TryOpen(envelope, out SignedPeerRecord? signed);
        if (error != SignedPeerRecordError.None)
        {
            return Refusals.OfRecord(error, limits);
        }

        // Addresses in protocols that are not known here count too: others may well understand them.
        Refusal? refusal = CheckPeerAndCount(signed!.PeerId, signed.Record.AddressCount)
            ?? (signed.Record.ForeignAddress is null ? null : Refusals.ForeignAddress);
        if (refusal is null)
        {
            verified = new VerifiedRecord(signed.Envelope, RecordDialect.Of(signed.Flavour), signed.Sequence);
        }

        return refusal;
    }

    // Nothing is proved here but who sent it, so everything that can be checked must be in order.
    private Refusal? VerifyUnsigned(ReadOnlySpan<byte> bytes, PeerInfo peerInfo, out VerifiedRecord? verified)
    {
        verified = null;
        Refusal? refusal = limits.AllowUnsignedRegistrations
            ? CheckPeerAndCount(peerInfo.Id, peerInfo.AddressCount)
            : Refusals.UnsignedNotAllowed;
        if (refusal is not null)
        {
            return refusal;
        }

        foreach (ReadOnlySpan<byte> address in peerInfo)
        {
            if (!Multiaddr.TryFromBytes(address, out Multiaddr? read) || (read.FinalPeerId is { } named && !named.Equals(peer)))
            {
                return Refusals.UnsignedAddress;
            }
        }

        verified = new VerifiedRecord(bytes.ToArray(), RegistrationFlavour.PeerInfo, Sequence: 0);
        return null;
    }

    private Refusal? CheckPeerAndCount(PeerId described, int addressCount)
    {
        if (!described.Equals(peer))
        {
            return Refusals.RecordOfAnotherPeer;
        }

        return addressCount switch
        {
            0 => Refusals.RecordWithoutAddresses,
            int count when count > limits.MaxAddresses => Refusals.TooManyAddresses(limits.MaxAddresses),
            _ => null,
        };
    }
}
