using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>
/// The shape that <c>PublicKey</c> and <c>PrivateKey</c> share in the peer-ids spec, in its one deterministic encoding:
/// <c>08 type 12 uvarint(length) data</c>.
/// </summary>
internal static class KeyProtobuf
{
    private const byte TypeTag = 0x08;
    private const byte DataTag = 0x12;
    private const int LengthOffset = 3;

    public static byte[] Encode(KeyType type, ReadOnlySpan<byte> data)
    {
        byte[] encoded = new byte[LengthOffset + UnsignedVarint.Size((ulong)data.Length) + data.Length];
        encoded[0] = TypeTag;
        encoded[1] = (byte)type;
        encoded[2] = DataTag;
        UnsignedVarint.Write(encoded.AsSpan(LengthOffset), (ulong)data.Length);
        data.CopyTo(encoded.AsSpan(encoded.Length - data.Length));
        return encoded;
    }

    /// <summary>Takes the two fields apart; false unless both are there, in order, minimally encoded, and nothing follows.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out KeyType type, out ReadOnlySpan<byte> data)
    {
        type = default;
        data = default;
        if (encoded.Length <= LengthOffset || encoded[0] != TypeTag || encoded[2] != DataTag)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = encoded[LengthOffset..];
        if (UnsignedVarint.TryRead(rest, out ulong length, out int lengthBytes) != System.Buffers.OperationStatus.Done
            || length != (ulong)(rest.Length - lengthBytes))
        {
            return false;
        }

        type = (KeyType)encoded[1];
        data = rest[lengthBytes..];
        return Enum.IsDefined(type);
    }
}
