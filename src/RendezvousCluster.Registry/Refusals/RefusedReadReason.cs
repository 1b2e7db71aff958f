namespace RendezvousCluster.Registry.Refusals;

/// <summary>Why something is not read.</summary>
internal enum RefusedReadReason
{
    /// <summary>It is not made of what it should be made of.</summary>
    Malformed,

    /// <summary>Nothing that this node reads is written by this serializer.</summary>
    Serializer,

    /// <summary>The serializer is known, and this kind of message is not one that this node reads.</summary>
    Manifest,

    /// <summary>The kind of message is known, and the actor that it is for does not get it from other nodes.</summary>
    Recipient,

    /// <summary>It names a type, and not the one type that may be named there.</summary>
    Type,
}
