using System.Security.Cryptography;
using Google.Protobuf;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>
/// A message behind a checksum, for messages so large and kept so long that a flipped bit must be found: a changed byte inside of an
/// envelope would still be valid protobuf.
/// <code>
/// +-----------------------------+---------------------
/// | first 8 bytes of SHA-256    |  protobuf …
/// +-----------------------------+---------------------
/// </code>
/// </summary>
internal static class CheckedBytes
{
    /// <summary>The bytes of the checksum. It is against accident, not against an attacker, who would rather change the database.</summary>
    internal const int CheckSizeBytes = 8;

    internal static byte[] Write(IMessage message)
    {
        byte[] bytes = new byte[CheckSizeBytes + message.CalculateSize()];
        message.WriteTo(bytes.AsSpan(CheckSizeBytes));
        Check(bytes.AsSpan(CheckSizeBytes)).CopyTo(bytes, 0);
        return bytes;
    }

    /// <summary>The message within.</summary>
    /// <exception cref="InvalidDataException">It is not what was written.</exception>
    internal static ReadOnlyMemory<byte> Read(ReadOnlyMemory<byte> bytes) =>
        bytes.Length >= CheckSizeBytes && Check(bytes.Span[CheckSizeBytes..]).AsSpan().SequenceEqual(bytes.Span[..CheckSizeBytes])
            ? bytes[CheckSizeBytes..]
            : throw new InvalidDataException($"Its {bytes.Length} bytes do not match their checksum.");

    private static byte[] Check(ReadOnlySpan<byte> body) => SHA256.HashData(body)[..CheckSizeBytes];
}
