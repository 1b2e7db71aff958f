namespace RendezvousCluster.Libp2p.Records;

/// <summary>Why an envelope was refused. The checks run in this order, cheap ones first; the first that fails is the answer.</summary>
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
