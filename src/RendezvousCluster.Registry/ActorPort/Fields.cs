using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>
/// Reads the one or two fields of a protobuf message that matter here. Each comes once at most, and has a length before it.
/// </summary>
internal static class Fields
{
    /// <summary>
    /// Reads a field; false when the message is malformed, or has the field twice or as another type. A field that is absent is empty.
    /// </summary>
    public static bool TryReadOne(ReadOnlySpan<byte> message, int number, out ReadOnlySpan<byte> value) =>
        TryReadTwo(message, number, out value, out _, 0, out _, out _);

    /// <summary>Reads two fields likewise, and tells which there are.</summary>
    public static bool TryReadTwo(
        ReadOnlySpan<byte> message,
        int number,
        out ReadOnlySpan<byte> value,
        out bool isThere,
        int otherNumber,
        out ReadOnlySpan<byte> otherValue,
        out bool isOtherThere)
    {
        value = default;
        otherValue = default;
        (isThere, isOtherThere) = (false, false);
        var reader = new ProtobufReader(message);
        while (reader.TryReadTag(out int field, out ProtobufWireType type))
        {
            if (field != number && field != otherNumber)
            {
                if (!reader.TrySkip(type))
                {
                    return false;
                }

                continue;
            }

            if (type != ProtobufWireType.LengthDelimited || !reader.TryReadBytes(out ReadOnlySpan<byte> read)
                || (field == number ? isThere : isOtherThere))
            {
                return false;
            }

            if (field == number)
            {
                value = read;
                isThere = true;
            }
            else
            {
                otherValue = read;
                isOtherThere = true;
            }
        }

        return !reader.IsMalformed;
    }
}
