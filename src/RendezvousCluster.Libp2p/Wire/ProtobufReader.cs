namespace RendezvousCluster.Libp2p.Wire;

/// <summary>The protobuf wire types still in use, plus those of the groups that proto2 deprecated.</summary>
public enum ProtobufWireType
{
    /// <summary>A varint: ints, bools, enums.</summary>
    Varint = 0,

    /// <summary>Eight bytes, little-endian.</summary>
    Fixed64 = 1,

    /// <summary>A varint length, then that many bytes: strings, bytes, nested messages.</summary>
    LengthDelimited = 2,

    /// <summary>Four bytes, little-endian.</summary>
    Fixed32 = 5,
}

/// <summary>
/// Reads one protobuf message field by field from a span, without allocating. Made for the small messages of the hot path, where
/// required fields, duplicates and canonical encoding are checked by hand anyway. Every method answers false on
/// malformed input and never throws: the input comes from strangers.
/// </summary>
/// <example><code>
/// while (reader.TryReadTag(out int field, out ProtobufWireType type))
///     if (field == 1 &amp;&amp; type == ProtobufWireType.LengthDelimited) { if (!reader.TryReadBytes(out key)) return false; }
///     else if (!reader.TrySkip(type)) return false;
/// if (reader.IsMalformed) return false;
/// </code></example>
public ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    // Protobuf varints may take ten bytes (64 bits) and need not be minimal, unlike multiformats' unsigned varints.
    private const int MaxVarintBytes = 10;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    /// <summary>True once anything could not be read; what was read before it is then not to be trusted.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>The bytes consumed so far.</summary>
    public readonly int Position => _position;

    /// <summary>Reads the next field's number and wire type; false at the end of the message or when malformed.</summary>
    public bool TryReadTag(out int field, out ProtobufWireType wireType)
    {
        field = 0;
        wireType = default;
        if (IsMalformed || _position == _message.Length)
        {
            return false;
        }

        if (!TryReadVarint(out ulong tag) || tag > uint.MaxValue || tag >> 3 == 0)
        {
            return Malformed();
        }

        field = (int)(tag >> 3);
        wireType = (ProtobufWireType)(tag & 7);
        return wireType is ProtobufWireType.Varint or ProtobufWireType.Fixed64 or ProtobufWireType.LengthDelimited
            or ProtobufWireType.Fixed32
            || Malformed();
    }

    /// <summary>Reads a varint value of up to 64 bits.</summary>
    public bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 7 * MaxVarintBytes; shift += 7)
        {
            if (_position >= _message.Length)
            {
                return Malformed();
            }

            byte current = _message[_position++];
            if (shift == 63 && current > 1)
            {
                return Malformed();
            }

            value |= (ulong)(current & 0x7F) << shift;
            if (current < 0x80)
            {
                return true;
            }
        }

        return Malformed();
    }

    /// <summary>Reads a length-delimited value as a slice of the message.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadVarint(out ulong length) || length > (ulong)(_message.Length - _position))
        {
            return Malformed();
        }

        value = _message.Slice(_position, (int)length);
        _position += (int)length;
        return true;
    }

    /// <summary>Steps over a value of an unknown field.</summary>
    public bool TrySkip(ProtobufWireType wireType) => wireType switch
    {
        ProtobufWireType.Varint => TryReadVarint(out _),
        ProtobufWireType.LengthDelimited => TryReadBytes(out _),
        ProtobufWireType.Fixed64 => TryAdvance(sizeof(ulong)),
        ProtobufWireType.Fixed32 => TryAdvance(sizeof(uint)),
        _ => Malformed(),
    };

    private bool TryAdvance(int count)
    {
        if (_message.Length - _position < count)
        {
            return Malformed();
        }

        _position += count;
        return true;
    }

    private bool Malformed()
    {
        IsMalformed = true;
        return false;
    }
}
