using System.Buffers.Binary;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>What a frame of another node holds.</summary>
internal enum NodeFrameKind
{
    /// <summary>It cannot be read.</summary>
    Malformed,

    /// <summary>A word between the ends of the connection, or that messages have arrived: nothing that an actor gets.</summary>
    Control,

    /// <summary>A message for an actor.</summary>
    Message,
}

/// <summary>
/// The envelope of a message as the toolkit's remoting writes it (AkkaProtocolMessage, AckAndEnvelopeContainer and RemoteEnvelope of its WireFormats.proto), read
/// without copying. Where protobuf is lenient this is not: a field that comes twice, a number out of range or one of another type ends it, so that the toolkit, which
/// reads the same bytes afterwards, cannot find anything else in them.
/// </summary>
internal ref struct NodeFrame
{
    // SeqUndefined of the toolkit's AkkaPduCodec.
    private const ulong Unnumbered = ulong.MaxValue;

    public ReadOnlySpan<byte> Recipient;
    public NodePayload Payload;
    private bool _isUnnumbered;

    /// <summary>Whether the sender numbers it and repeats it until it is acknowledged.</summary>
    public readonly bool IsNumbered => !_isUnnumbered;

    /// <summary>Reads a frame.</summary>
    public static NodeFrameKind Read(ReadOnlySpan<byte> bytes, out NodeFrame frame)
    {
        frame = default;
        if (!Fields.TryReadTwo(bytes, 1, out ReadOnlySpan<byte> payload, out bool hasPayload, 2, out _, out bool hasInstruction) || hasPayload == hasInstruction)
        {
            return NodeFrameKind.Malformed;
        }

        if (hasInstruction)
        {
            return NodeFrameKind.Control;
        }

        if (!Fields.TryReadTwo(payload, 1, out _, out bool hasAck, 2, out ReadOnlySpan<byte> envelope, out bool hasEnvelope))
        {
            return NodeFrameKind.Malformed;
        }

        return hasEnvelope ? frame.TryReadEnvelope(envelope) ? NodeFrameKind.Message : NodeFrameKind.Malformed
            : hasAck ? NodeFrameKind.Control : NodeFrameKind.Malformed;
    }

    // What has no number at all has the number 0.
    private bool TryReadNumber(ReadOnlySpan<byte> envelope)
    {
        const int numberField = 5;
        bool isSeen = false;
        var reader = new ProtobufReader(envelope);
        while (reader.TryReadTag(out int field, out ProtobufWireType type))
        {
            if (field != numberField)
            {
                if (!reader.TrySkip(type))
                {
                    return false;
                }

                continue;
            }

            int start = reader.Position;
            if (isSeen || type != ProtobufWireType.Fixed64 || !reader.TrySkip(type))
            {
                return false;
            }

            isSeen = true;
            _isUnnumbered = BinaryPrimitives.ReadUInt64LittleEndian(envelope[start..]) == Unnumbered;
        }

        return !reader.IsMalformed;
    }

    private bool TryReadEnvelope(ReadOnlySpan<byte> bytes) =>
        Fields.TryReadTwo(bytes, 1, out ReadOnlySpan<byte> recipient, out bool hasRecipient, 2, out ReadOnlySpan<byte> message, out bool hasMessage)
        && hasRecipient && hasMessage
        && TryReadNumber(bytes)
        && Fields.TryReadOne(recipient, 1, out Recipient)
        && NodePayload.TryRead(message, manifestField: 3, out Payload);
}

/// <summary>A message as some serializer wrote it, with the number of the serializer and the kind of message beside it.</summary>
internal ref struct NodePayload
{
    public ReadOnlySpan<byte> Bytes;
    public ReadOnlySpan<byte> Manifest;
    public int SerializerId;

    /// <summary>Reads one.</summary>
    /// <param name="bytes">The protobuf message.</param>
    /// <param name="manifestField">The number of its field with the kind: of the remoting's payloads 3, of those in distributed data 4.</param>
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
                : type == ProtobufWireType.LengthDelimited && (field == 1 ? reader.TryReadBytes(out payload.Bytes) : reader.TryReadBytes(out payload.Manifest));
            if (!isRead || (seen & (1 << field)) != 0)
            {
                return false;
            }

            seen |= 1 << field;
        }

        return !reader.IsMalformed;
    }
}
