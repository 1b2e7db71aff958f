using System.Diagnostics.CodeAnalysis;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Records;

/// <summary>Why an envelope was refused.</summary>
public enum SignedPeerRecordError
{
    /// <summary>It was accepted.</summary>
    None,

    /// <summary>Larger than <see cref="SignedPeerRecord.MaxEnvelopeBytes"/>.</summary>
    TooLarge,

    /// <summary>The envelope or the record in it cannot be decoded, or a required field is missing.</summary>
    Malformed,

    /// <summary>The payload type is none that a peer record has.</summary>
    UnknownPayloadType,

    /// <summary>The public key is malformed or of an unsupported type.</summary>
    InvalidPublicKey,

    /// <summary>The signature does not verify under the domain that belongs to the payload type.</summary>
    InvalidSignature,

    /// <summary>The record names another peer than the key that signed it.</summary>
    PeerIdMismatch,

    /// <summary>More than <see cref="SignedPeerRecord.MaxAddresses"/> addresses.</summary>
    TooManyAddresses,
}

/// <summary>A peer record in its signed envelope (RFC 0002, RFC 0003), verified. The original bytes are kept: re-encoding could break the signature.</summary>
public sealed class SignedPeerRecord
{
    /// <summary>Largest envelope accepted, in bytes. One with 32 addresses takes about 1.5 KiB.</summary>
    public const int MaxEnvelopeBytes = 4 * 1024;

    /// <summary>Most addresses accepted in one record.</summary>
    public const int MaxAddresses = 32;

    /// <summary>The record.</summary>
    public PeerRecord Record => throw new NotImplementedException();

    /// <summary>Which of the two deployed forms it came in.</summary>
    public RecordFlavour Flavour => throw new NotImplementedException();

    /// <summary>The key that signed it.</summary>
    public PublicKey PublicKey => throw new NotImplementedException();

    /// <summary>The envelope as received.</summary>
    public ReadOnlyMemory<byte> Envelope => throw new NotImplementedException();

    /// <summary>Decodes and verifies an envelope; copies it when it is accepted.</summary>
    public static SignedPeerRecordError TryOpen(ReadOnlySpan<byte> envelope, [NotNullWhen(true)] out SignedPeerRecord? record) => throw new NotImplementedException();

    /// <summary>Signs a record.</summary>
    public static SignedPeerRecord Seal(KeyPair keyPair, PeerRecord record, RecordFlavour flavour = RecordFlavour.Standard) => throw new NotImplementedException();
}
