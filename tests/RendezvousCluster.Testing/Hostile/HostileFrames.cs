using System.Buffers.Binary;

namespace RendezvousCluster.Testing.Hostile;

/// <summary>Frames of both muxers, built independently of the code under test.</summary>
public static class HostileFrames
{
    public const string Yamux = "/yamux/1.0.0";

    public const string Mplex = "/mplex/6.7.0";

    /// <summary>Opens the <paramref name="index"/>-th stream of the dialling side, with these bytes as its first ones.</summary>
    /// <param name="muxer"><see cref="Yamux"/> or <see cref="Mplex"/>.</param>
    /// <param name="index">From 0.</param>
    /// <param name="bytes">What the stream carries.</param>
    public static byte[] Open(string muxer, int index, ReadOnlySpan<byte> bytes) => muxer switch
    {
        Yamux => YamuxData(flags: 1, (uint)(2 * index) + 1, bytes),
        Mplex => [.. MplexFrame(index, flag: 0, []), .. MplexFrame(index, flag: 2, bytes)],
        _ => throw new ArgumentOutOfRangeException(nameof(muxer)),
    };

    private static byte[] YamuxData(ushort flags, uint streamId, ReadOnlySpan<byte> bytes)
    {
        byte[] frame = new byte[12 + bytes.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), flags);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), streamId);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), (uint)bytes.Length);
        bytes.CopyTo(frame.AsSpan(12));
        return frame;
    }

    private static byte[] MplexFrame(int id, int flag, ReadOnlySpan<byte> bytes) =>
        [.. Varint((ulong)((id << 3) | flag)), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
