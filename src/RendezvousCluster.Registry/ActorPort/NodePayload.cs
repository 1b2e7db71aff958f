using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>A message as some serializer wrote it, with the number of the serializer and the kind of message beside it.</summary>
internal ref struct NodePayload
{
    public ReadOnlySpan<byte> Bytes;
    public ReadOnlySpan<byte> Manifest;
    public int SerializerId;

    /// <summary>Reads one.</summary>
    /// <param name="bytes">The protobuf message.</param>
    /// <param name="manifestField">The number of its field with the kind: of the remoting's payloads 3, of those in distributed data
    /// 4.</param>
    /// <param name="payload">What is in it.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int manifestField, out NodePayload payload)
    {
        payload = default;
        int seen = 0;
        var reader = new ProtobufReader(bytes);
        while (reader.TryReadTag(out int field, out ProtobufWireType type))
        {
            if (field != 1 && field != 2 && field != manifestField)
            {
                if (!reader.TrySkip(type))
                {
                    return false;
                }

                continue;
            }

            bool isRead = field == 2
                ? type == ProtobufWireType.Varint && reader.TryReadVarint(out ulong id) && (payload.SerializerId = (int)id) == (long)id
                : type == ProtobufWireType.LengthDelimited
                    && (field == 1 ? reader.TryReadBytes(out payload.Bytes) : reader.TryReadBytes(out payload.Manifest));
            if (!isRead || (seen & (1 << field)) != 0)
            {
                return false;
            }

            seen |= 1 << field;
        }

        return !reader.IsMalformed;
    }
}
