using System.Buffers.Binary;
using System.Text;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>
/// Which process a node is: its address, and the number by which the toolkit tells one that was started again from the one before it. Both
/// ends of a connection say it in their first frame (AkkaHandshakeInfo of the toolkit's WireFormats.proto).
/// </summary>
/// <param name="Host">The host of its address.</param>
/// <param name="Port">The port of its address.</param>
/// <param name="Number">The number of the process.</param>
internal readonly record struct NodeIncarnation(string Host, int Port, int Number)
{
    private const int Instruction = 2;
    private const int Handshake = 2;
    private const int Origin = 1;
    private const int OriginHost = 2;
    private const int OriginPort = 3;
    private const int OriginNumber = 2;
    private const int MaxHostBytes = 255;

    /// <summary>Reads what a node says to be; false when the frame does not say it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out NodeIncarnation node)
    {
        node = default;
        if (!Fields.TryReadOne(frame, Instruction, out ReadOnlySpan<byte> instruction)
            || !Fields.TryReadOne(instruction, Handshake, out ReadOnlySpan<byte> handshake)
            || !Fields.TryReadOne(handshake, Origin, out ReadOnlySpan<byte> origin)
            || !Fields.TryReadOne(origin, OriginHost, out ReadOnlySpan<byte> host)
            || host.Length is 0 or > MaxHostBytes
            || !TryReadNumber(origin, OriginPort, ProtobufWireType.Varint, out ulong port) || port > ushort.MaxValue
            || !TryReadNumber(handshake, OriginNumber, ProtobufWireType.Fixed64, out ulong number))
        {
            return false;
        }

        // The toolkit keeps 32 of the 64 bits.
        node = new NodeIncarnation(Encoding.ASCII.GetString(host), (int)port, unchecked((int)number));
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> message, int number, ProtobufWireType expected, out ulong value)
    {
        value = 0;
        bool isRead = false;
        var reader = new ProtobufReader(message);
        while (reader.TryReadTag(out int field, out ProtobufWireType type))
        {
            int start = reader.Position;
            if (field != number)
            {
                if (!reader.TrySkip(type))
                {
                    return false;
                }
            }
            else if (isRead || type != expected)
            {
                return false;
            }
            else if (type == ProtobufWireType.Varint)
            {
                isRead = reader.TryReadVarint(out value);
            }
            else if (isRead = reader.TrySkip(type))
            {
                value = BinaryPrimitives.ReadUInt64LittleEndian(message[start..]);
            }
        }

        return isRead && !reader.IsMalformed;
    }
}
