using System.Buffers;
using System.Buffers.Binary;

namespace RendezvousCluster.Libp2p.Muxing.Yamux;

/// <summary>
/// The header of every yamux frame (github.com/hashicorp/yamux spec.md), big-endian. Only Data has a body, of Length bytes.
/// <code>
///  0         1         2                   4                                       8                                      12
/// +---------+---------+-------------------+---------------------------------------+---------------------------------------+
/// | version | type    | flags             | stream id (0: the session)            | length, delta, ping value or code     |
/// +---------+---------+-------------------+---------------------------------------+---------------------------------------+
/// </code>
/// </summary>
internal readonly record struct YamuxHeader(YamuxFrameType Type, YamuxFlags Flags, uint StreamId, uint Length)
{
    public const int Bytes = 12;

    public const byte CurrentVersion = 0;

    /// <summary>The first byte; anything but zero is a protocol error.</summary>
    public byte Version { get; init; } = CurrentVersion;

    public bool Has(YamuxFlags flag) => (Flags & flag) != 0;

    /// <summary>Reads a header from the front of <paramref name="buffer"/>, without judging it.</summary>
    public static bool TryRead(in ReadOnlySequence<byte> buffer, out YamuxHeader header)
    {
        if (buffer.FirstSpan.Length >= Bytes)
        {
            header = Read(buffer.FirstSpan);
            return true;
        }

        if (buffer.Length < Bytes)
        {
            header = default;
            return false;
        }

        Span<byte> copy = stackalloc byte[Bytes];
        buffer.Slice(0, Bytes).CopyTo(copy);
        header = Read(copy);
        return true;
    }

    /// <summary>Writes the twelve bytes and answers their number.</summary>
    public int Write(Span<byte> destination)
    {
        destination[0] = Version;
        destination[1] = (byte)Type;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)Flags);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], StreamId);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Length);
        return Bytes;
    }

    private static YamuxHeader Read(ReadOnlySpan<byte> source) =>
        new(
            (YamuxFrameType)source[1],
            (YamuxFlags)BinaryPrimitives.ReadUInt16BigEndian(source[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[8..]))
        {
            Version = source[0],
        };
}
