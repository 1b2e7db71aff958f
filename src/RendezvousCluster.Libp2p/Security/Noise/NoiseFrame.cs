using System.Buffers;
using System.Buffers.Binary;

namespace RendezvousCluster.Libp2p.Security.Noise;

/// <summary>
/// How every Noise message stands on the wire (libp2p noise spec, "Wire format"), in the handshake and after it.
/// <code>
///   +---------------------+----------------------------------------------+
///   | u16 big-endian      | body, at most 65 535 bytes                   |
///   | unsigned            | after the handshake: ciphertext | 16-byte tag |
///   +---------------------+----------------------------------------------+
/// </code>
/// </summary>
internal static class NoiseFrame
{
    public const int LengthBytes = sizeof(ushort);
    public const int MaxBodyBytes = ushort.MaxValue;

    /// <summary>65 519: what fits into one frame beside the tag.</summary>
    public const int MaxPlaintextBytes = MaxBodyBytes - CipherState.TagBytes;

    /// <summary>The length that the frame at the front of <paramref name="buffer"/> declares, or null while it has not arrived.</summary>
    public static int? PeekBodyLength(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.Length < LengthBytes)
        {
            return null;
        }

        if (buffer.FirstSpan.Length >= LengthBytes)
        {
            return BinaryPrimitives.ReadUInt16BigEndian(buffer.FirstSpan);
        }

        Span<byte> length = stackalloc byte[LengthBytes];
        buffer.Slice(0, LengthBytes).CopyTo(length);
        return BinaryPrimitives.ReadUInt16BigEndian(length);
    }

    /// <summary>Takes one whole frame off the front of <paramref name="buffer"/>; false while it has not arrived whole.</summary>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> body)
    {
        body = default;
        if (PeekBodyLength(buffer) is not int bodyBytes || buffer.Length < LengthBytes + bodyBytes)
        {
            return false;
        }

        body = buffer.Slice(LengthBytes, bodyBytes);
        buffer = buffer.Slice(body.End);
        return true;
    }

    /// <summary>Writes the length of a body at the start of <paramref name="destination"/>.</summary>
    public static void WriteLength(Span<byte> destination, int bodyBytes) =>
        BinaryPrimitives.WriteUInt16BigEndian(destination, checked((ushort)bodyBytes));
}
