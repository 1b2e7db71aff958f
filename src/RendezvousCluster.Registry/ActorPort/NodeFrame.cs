using System.Buffers.Binary;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>
/// The envelope of a message as the toolkit's remoting writes it (AkkaProtocolMessage, AckAndEnvelopeContainer and RemoteEnvelope of its
/// WireFormats.proto), read without copying. Where protobuf is lenient this is not: a field that comes twice, a number out of range or one
/// of another type ends it, so that the toolkit, which reads the same bytes afterwards, cannot find anything else in them.
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
        if (!Fields.TryReadTwo(bytes, 1, out ReadOnlySpan<byte> payload, out bool hasPayload, 2, out _, out bool hasInstruction)
            || hasPayload == hasInstruction)
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

    // An envelope without a number has the number 0.
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
        Fields.TryReadTwo(
            bytes, 1, out ReadOnlySpan<byte> recipient, out bool hasRecipient, 2, out ReadOnlySpan<byte> message, out bool hasMessage)
        && hasRecipient && hasMessage
        && TryReadNumber(bytes)
        && Fields.TryReadOne(recipient, 1, out Recipient)
        && NodePayload.TryRead(message, manifestField: 3, out Payload);
}
