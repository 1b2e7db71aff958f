using System.Diagnostics.CodeAnalysis;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Validation;

namespace RendezvousCluster.Core.Validation;

/// <summary>
/// Verifies the records that come over one connection, against the peer whom the handshake proved. It remembers the last one that it
/// accepted: a peer sends the same envelope for every namespace and at every refresh, and verifying a signature is the dearest step of a
/// REGISTER. Equal bytes, peer and limits give an equal verdict, so nothing is lost. Streams of the connection may call it at once: the
/// memory is one reference, and a race costs one verification.
/// </summary>
internal sealed class RecordVerifier(PeerId peer, RendezvousLimits limits)
{
    private const int NoFlavour = -1;

    // Remembered for its record. Where and for how long that was to be registered says nothing about the next request.
    private volatile RegisterCommand? _last;
    private volatile int _flavour = NoFlavour;

    /// <summary>
    /// The newest word on what this peer speaks: the flavour of the last record accepted, or PeerInfo when it has sent one since, even if
    /// that was refused. Null before the first.
    /// </summary>
    public RegistrationFlavour? Flavour => _flavour is var flavour and not NoFlavour ? (RegistrationFlavour)flavour : null;

    /// <summary>
    /// Takes note of the peer's flavour, also when the server refuses the request that <paramref name="record"/> came in.
    /// </summary>
    public void Notice(ReadOnlySpan<byte> record)
    {
        if (PeerInfo.TryRead(record, out _))
        {
            _flavour = (int)RegistrationFlavour.PeerInfo;
        }
    }

    /// <summary>Answers the command that registers <paramref name="record"/>, or why it is refused.</summary>
    /// <param name="record">The record as it came.</param>
    /// <param name="ns">Where to register it.</param>
    /// <param name="ttlSeconds">The time to live to grant.</param>
    /// <param name="deadline">When the caller stops waiting.</param>
    /// <param name="command">The command, with a copy of the record in it.</param>
    /// <param name="refusal">Why the record is refused.</param>
    public bool TryVerify(
        ReadOnlySpan<byte> record,
        RendezvousNamespace ns,
        uint ttlSeconds,
        DateTimeOffset deadline,
        [NotNullWhen(true)] out RegisterCommand? command,
        [NotNullWhen(false)] out Refusal? refusal)
    {
        refusal = null;
        if (_last is { } last && last.Envelope.Span.SequenceEqual(record))
        {
            command = last with { Namespace = ns, TtlSeconds = ttlSeconds, Deadline = deadline };
        }
        else
        {
            command = new RegisterCommand(ns, peer, Envelope: default, Flavour: default, RecordSequence: 0, ttlSeconds, deadline);
            refusal = Verify(record, ref command);
            if (refusal is not null)
            {
                command = null;
                return false;
            }

            _last = command;
        }

        _flavour = (int)command.Flavour;
        return true;
    }

    // Fills the record into the command.
    private Refusal? Verify(ReadOnlySpan<byte> record, ref RegisterCommand command)
    {
        if (record.IsEmpty)
        {
            return Refusals.RecordMissing;
        }

        if (record.Length > limits.MaxEnvelopeBytes)
        {
            return Refusals.EnvelopeTooLarge(limits.MaxEnvelopeBytes);
        }

        return PeerInfo.TryRead(record, out PeerInfo peerInfo)
            ? VerifyUnsigned(record, peerInfo, ref command)
            : VerifySigned(record, ref command);
    }

    private Refusal? VerifySigned(ReadOnlySpan<byte> envelope, ref RegisterCommand command)
    {
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
            command = command with
            {
                Envelope = signed.Envelope,
                Flavour = FlavourRules.Of(signed.Flavour),
                RecordSequence = signed.Sequence,
            };
        }

        return refusal;
    }

    // Nothing is proved here but who sent it, so everything that can be checked must be in order.
    private Refusal? VerifyUnsigned(ReadOnlySpan<byte> bytes, PeerInfo peerInfo, ref RegisterCommand command)
    {
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

        command = command with { Envelope = bytes.ToArray(), Flavour = RegistrationFlavour.PeerInfo };
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
