using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>
/// An event with a checksum in front, as a field of protobuf of its own: versions from before skip it, and read the rest as ever.
/// <code>
/// +-------------+--------------------------------------+-------------
/// | field 1000, | first 8 bytes of SHA-256, of which   |  the event,
/// | 2 bytes     | the manifest is in the first (XOR)   |  protobuf …
/// +-------------+--------------------------------------+-------------
/// </code>
/// </summary>
/// <remarks>
/// An event without the field was written by a version from before. Then all of its fields are known, and writing it again gives the same
/// bytes. So one whose field is damaged itself does not pass for it: no event has a field like what is left of it.
/// </remarks>
internal static class CheckedEvent
{
    /// <summary>The bytes that this adds to an event.</summary>
    internal const int AddedBytes = 2 + CheckSizeBytes;

    private const int CheckSizeBytes = 8;

    // Field 1000, eight bytes. No event has the field that a flipped bit makes of it.
    private static ReadOnlySpan<byte> Tag => [0xC1, 0x3E];

    internal static byte[] Write(string manifest, IMessage message)
    {
        byte[] bytes = new byte[AddedBytes + message.CalculateSize()];
        message.WriteTo(bytes.AsSpan(AddedBytes));
        Tag.CopyTo(bytes);
        Check(manifest, bytes.AsSpan(AddedBytes), bytes.AsSpan(Tag.Length, CheckSizeBytes));
        return bytes;
    }

    /// <summary>The event within, if it has a checksum.</summary>
    /// <exception cref="InvalidDataException">It is not what was written.</exception>
    internal static bool TryRead(string manifest, ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out ReadOnlyMemory<byte>? body)
    {
        body = null;
        if (bytes.Length < AddedBytes || !bytes.Span.StartsWith(Tag))
        {
            return false;
        }

        Span<byte> check = stackalloc byte[CheckSizeBytes];
        Check(manifest, bytes.Span[AddedBytes..], check);
        body = bytes.Span.Slice(Tag.Length, CheckSizeBytes).SequenceEqual(check)
            ? bytes[AddedBytes..]
            : throw new InvalidDataException($"Its {bytes.Length} bytes do not match their checksum.");
        return true;
    }

    private static void Check(string manifest, ReadOnlySpan<byte> body, Span<byte> check)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        hash[..CheckSizeBytes].CopyTo(check);
        Span<byte> name = stackalloc byte[CheckSizeBytes];
        int length = Encoding.ASCII.GetBytes(manifest, name);
        for (int at = 0; at < length; at++)
        {
            check[at] ^= name[at];
        }
    }
}
