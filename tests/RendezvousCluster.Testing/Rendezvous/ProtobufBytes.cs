using System.Text;

namespace RendezvousCluster.Testing.Rendezvous;

/// <summary>Builds protobuf by hand, field by field and independently of the codec under test, malformed messages included.</summary>
public sealed class ProtobufBytes
{
    private readonly List<byte> _bytes = [];

    public ProtobufBytes Varint(int field, ulong value)
    {
        AppendVarint((ulong)field << 3);
        AppendVarint(value);
        return this;
    }

    public ProtobufBytes Bytes(int field, ReadOnlySpan<byte> value)
    {
        AppendVarint(((ulong)field << 3) | 2);
        AppendVarint((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    public ProtobufBytes Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufBytes Message(int field, ProtobufBytes value) => Bytes(field, value.ToArray());

    public ProtobufBytes Fixed32(int field, uint value)
    {
        AppendVarint(((ulong)field << 3) | 5);
        _bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    /// <summary>Bytes as they are.</summary>
    public ProtobufBytes Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];

    /// <summary>The message with its length before it.</summary>
    public byte[] Framed() => Frame(ToArray());

    public static byte[] Frame(ReadOnlySpan<byte> payload)
    {
        var frame = new ProtobufBytes();
        frame.AppendVarint((ulong)payload.Length);
        return frame.Raw(payload).ToArray();
    }

    private void AppendVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
    }
}
