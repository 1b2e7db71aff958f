using System.Buffers;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Libp2p.Records;

/// <summary>
/// A peer record in its signed envelope (RFC 0002, RFC 0003), verified. The original bytes are kept: re-encoding could break the
/// signature.
/// </summary>
public sealed class SignedPeerRecord
{
    /// <summary>
    /// Largest envelope accepted, in bytes. A peer behind two relays, with every transport and both IP versions, has about fifty addresses
    /// and takes 3 KiB.
    /// </summary>
    public const int MaxEnvelopeBytes = 4 * 1024;

    /// <summary>
    /// Most addresses accepted in one record: more than <see cref="MaxEnvelopeBytes"/> can hold, the smallest taking six bytes there. Bytes
    /// are the bound; only rubbish without addresses in it comes this far.
    /// </summary>
    public const int MaxAddresses = MaxEnvelopeBytes / 4;

    private readonly byte[] _envelope;

    private SignedPeerRecord(PeerRecord record, RecordFlavour flavour, PublicKey publicKey, byte[] envelope)
    {
        Record = record;
        Flavour = flavour;
        PublicKey = publicKey;
        _envelope = envelope;
    }

    /// <summary>The record.</summary>
    public PeerRecord Record { get; }

    /// <summary>The peer that the record describes, and that signed it.</summary>
    public PeerId PeerId => Record.PeerId;

    /// <summary>The record's place among those of its peer; the higher is the newer.</summary>
    public ulong Sequence => Record.Sequence;

    /// <summary>Which of the two deployed flavours it came in.</summary>
    public RecordFlavour Flavour { get; }

    /// <summary>The key that signed it.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>The envelope as received.</summary>
    public ReadOnlyMemory<byte> Envelope => _envelope;

    /// <summary>Decodes and verifies an envelope; copies it when it is accepted.</summary>
    /// <returns>None and the record, or the first check that failed, in the order of <see cref="SignedPeerRecordError"/>
    /// (a payload that cannot be decoded is found out only after its signature).</returns>
    public static SignedPeerRecordError TryOpen(ReadOnlySpan<byte> envelope, out SignedPeerRecord? record)
    {
        record = null;
        if (envelope.Length > MaxEnvelopeBytes)
        {
            return SignedPeerRecordError.TooLarge;
        }

        if (!SignedEnvelope.TryDecode(envelope, out SignedEnvelope parts))
        {
            return SignedPeerRecordError.Malformed;
        }

        if (!RecordDomain.TryRecognise(parts.PayloadType, out RecordFlavour flavour))
        {
            return SignedPeerRecordError.UnknownPayloadType;
        }

        if (!PublicKey.TryDecode(parts.PublicKey, out PublicKey? publicKey))
        {
            return SignedPeerRecordError.InvalidPublicKey;
        }

        if (!VerifySignature(publicKey, flavour, parts))
        {
            return SignedPeerRecordError.InvalidSignature;
        }

        SignedPeerRecordError error = PeerRecordCodec.TryDecode(parts.Payload, publicKey.PeerId, out PeerRecord? decoded);
        if (decoded is not null)
        {
            record = new SignedPeerRecord(decoded, flavour, publicKey, envelope.ToArray());
        }

        return error;
    }

    /// <summary>Signs a record.</summary>
    /// <exception cref="ArgumentException">The record is another peer's, or over the limits that <see cref="TryOpen"/> keeps.</exception>
    public static SignedPeerRecord Seal(KeyPair keyPair, PeerRecord record, RecordFlavour flavour = RecordFlavour.Standard)
    {
        if (!record.PeerId.Equals(keyPair.PeerId))
        {
            throw new ArgumentException($"The record is about {record.PeerId} and the key belongs to {keyPair.PeerId}.", nameof(record));
        }

        byte[] payload = PeerRecordCodec.Encode(record);
        ReadOnlySpan<byte> domain = RecordDomain.Domain(flavour);
        ReadOnlySpan<byte> payloadType = RecordDomain.PayloadType(flavour);
        byte[] signed = new byte[SignedEnvelope.SignedSize(domain, payloadType, payload)];
        SignedEnvelope.WriteSigned(signed, domain, payloadType, payload);
        byte[] envelope = SignedEnvelope.Encode(keyPair.PublicKey.Encoded.Span, payloadType, payload, keyPair.Sign(signed));
        if (envelope.Length > MaxEnvelopeBytes || record.Addresses.Count > MaxAddresses)
        {
            throw new ArgumentException($"A record holds at most {MaxAddresses} addresses and {MaxEnvelopeBytes} bytes.", nameof(record));
        }

        return new SignedPeerRecord(record, flavour, keyPair.PublicKey, envelope);
    }

    /// <summary>How many of a record's addresses, the first ones, fit into an envelope of either flavour.</summary>
    internal static int CountFitting(KeyPair keyPair, PeerRecord record)
    {
        // Fields' tags and lengths, and what one signature may be longer than another of the same key (ECDSA's is).
        const int OverheadBytes = 32;
        int payloadType = RecordDomain.PayloadType(RecordFlavour.RoutingState).Length;
        int room = MaxEnvelopeBytes - OverheadBytes - payloadType - keyPair.PublicKey.Encoded.Length - keyPair.Sign([]).Length;
        int used = PeerRecordCodec.Encode(record with { Addresses = [] }).Length;
        int fitting = 0;
        foreach (Multiaddr address in record.Addresses.Take(MaxAddresses))
        {
            used += PeerRecordCodec.AddressSize(address);
            if (used > room)
            {
                break;
            }

            fitting++;
        }

        return fitting;
    }

    private static bool VerifySignature(PublicKey publicKey, RecordFlavour flavour, SignedEnvelope parts)
    {
        ReadOnlySpan<byte> domain = RecordDomain.Domain(flavour);
        int size = SignedEnvelope.SignedSize(domain, parts.PayloadType, parts.Payload);
        byte[] rented = ArrayPool<byte>.Shared.Rent(size);
        Span<byte> signed = rented.AsSpan(0, size);
        SignedEnvelope.WriteSigned(signed, domain, parts.PayloadType, parts.Payload);
        bool verified = publicKey.Verify(signed, parts.Signature);
        ArrayPool<byte>.Shared.Return(rented);
        return verified;
    }
}
