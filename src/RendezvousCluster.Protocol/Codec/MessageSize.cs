namespace RendezvousCluster.Protocol.Codec;

/// <summary>How long a message is on the wire.</summary>
/// <param name="Bytes">Without the length prefix of its frame.</param>
/// <param name="BodyBytes">Its body: what stands in the message besides its type, and the tag and length of the body.</param>
internal readonly record struct MessageSize(int Bytes, int BodyBytes);
