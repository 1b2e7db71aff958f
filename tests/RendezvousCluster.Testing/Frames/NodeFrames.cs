using System.Buffers.Binary;
using System.Text;

namespace RendezvousCluster.Testing.Frames;

/// <summary>
/// Frames as the toolkit's remoting writes them, byte by byte, so that a test can also write what the toolkit would not.
/// </summary>
public static class NodeFrames
{
    /// <summary>The number of a message that is not numbered.</summary>
    public const ulong Unnumbered = ulong.MaxValue;

    /// <summary>The frame with which a node that dials begins.</summary>
    public static byte[] Associate(string protocol, string system, string host, int port, ulong incarnation)
    {
        byte[] origin = [.. Field(1, system), .. Field(2, host), .. Number(3, port), .. Field(4, protocol)];
        byte[] handshake = [.. Field(1, origin), .. Fixed(2, incarnation)];
        return Field(2, [.. Number(1, 1), .. Field(2, handshake)]);
    }

    /// <summary>A frame with a message for an actor.</summary>
    public static byte[] Message(string recipient, int serializer, string manifest, byte[] bytes, ulong number = Unnumbered) =>
        Enveloped([.. Field(1, Field(1, recipient)), .. Field(2, Payload(serializer, manifest, bytes)), .. Fixed(5, number)]);

    /// <summary>A frame with this envelope.</summary>
    public static byte[] Enveloped(byte[] envelope) => Field(1, Field(2, envelope));

    /// <summary>A message as a serializer wrote it, with the number of the serializer.</summary>
    public static byte[] Payload(int serializer, string manifest, byte[] bytes) =>
        [.. Field(1, bytes), .. Number(2, serializer), .. manifest.Length == 0 ? [] : Field(3, manifest)];

    /// <summary>A message that selects its recipient by the names on the way to it.</summary>
    public static byte[] Selection(string path, int serializer, string manifest, byte[] bytes, int kind = 2) =>
        [.. Field(1, Payload(serializer, manifest, bytes)), .. path.Split('/')
            .SelectMany(name => Field(2, [.. Number(1, kind), .. Field(2, name)]))];

    /// <summary>A field with a length before it.</summary>
    public static byte[] Field(int field, byte[] value) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)value.Length), .. value];

    /// <summary>A field with text.</summary>
    public static byte[] Field(int field, string value) => Field(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A field with a number.</summary>
    public static byte[] Number(int field, long value) => [.. Varint((ulong)field << 3), .. Varint((ulong)value)];

    /// <summary>A field with a number of eight bytes.</summary>
    public static byte[] Fixed(int field, ulong value)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return [.. Varint(((ulong)field << 3) | 1), .. bytes];
    }

    private static List<byte> Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return bytes;
    }
}
