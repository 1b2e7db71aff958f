using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol.Flavours;

namespace RendezvousCluster.Core.Cookies;

/// <summary>
/// The cookie of a DISCOVER without a namespace: a <see cref="WalkPosition"/>, whole, so that no node keeps state for it.
/// <code>
///  0             8                                                            83
///  +-------------+--------------------------------------------------------------+
///  | since, BE   | base64url(started at, BE ‖ key ‖ after revision, BE ‖ check) |
///  +-------------+--------------------------------------------------------------+
///  check = first 8 bytes of SHA-256("rendezvous-walk-1" ‖ since ‖ started at ‖ key ‖ after revision)
///          or, of a walk that read some flavours only, of SHA-256("rendezvous-walk-2" ‖ … ‖ flavours, a byte)
/// </code>
/// It is longer than the cookie of a namespace, so neither is ever taken for the other. The tail is ASCII, of fewer than 255 bytes, because
/// rust clients take bytes 8 and up of any cookie for the UTF-8 name of a namespace.
/// </summary>
internal static class WalkCookie
{
    /// <summary>The only length there is.</summary>
    public const int SizeBytes = sizeof(ulong) + TextBytes;

    private const int CheckBytes = 8;
    private const int PositionBytes = sizeof(ulong) + sizeof(ulong) + NamespaceKey.SizeBytes + sizeof(ulong);

    // base64url of 56 bytes, without padding.
    private const int TextBytes = 75;

    /// <summary>Makes a cookie.</summary>
    /// <param name="position">Where the walk stands.</param>
    /// <param name="flavours">Of which nothing is left out in any namespace.</param>
    public static byte[] Create(WalkPosition position, RegistrationFlavours flavours = RegistrationFlavours.All)
    {
        bool isOfAll = flavours == RegistrationFlavours.All;
        ReadOnlySpan<byte> domain = isOfAll ? "rendezvous-walk-1"u8 : "rendezvous-walk-2"u8;
        Span<byte> input = stackalloc byte[domain.Length + PositionBytes + (isOfAll ? 0 : sizeof(byte))];
        domain.CopyTo(input);
        Span<byte> body = input[domain.Length..];
        BinaryPrimitives.WriteUInt64BigEndian(body, position.Since);
        BinaryPrimitives.WriteUInt64BigEndian(body[8..], position.StartedAt);
        position.Key.Write(body[16..]);
        BinaryPrimitives.WriteUInt64BigEndian(body[(16 + NamespaceKey.SizeBytes)..], position.AfterRevision);
        if (!isOfAll)
        {
            input[^1] = (byte)flavours;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        Span<byte> tail = stackalloc byte[PositionBytes - sizeof(ulong) + CheckBytes];
        body[sizeof(ulong)..PositionBytes].CopyTo(tail);
        hash[..CheckBytes].CopyTo(tail[(PositionBytes - sizeof(ulong))..]);

        byte[] cookie = new byte[SizeBytes];
        body[..sizeof(ulong)].CopyTo(cookie);
        Base64Url.EncodeToUtf8(tail, cookie.AsSpan(sizeof(ulong)));
        return cookie;
    }

    /// <summary>
    /// Reads a cookie; false when it is anything else, the cookie of a namespace among them. An empty one does not count as a cookie.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> cookie, out WalkPosition position) => TryRead(cookie, out position, out _);

    /// <summary>As <see cref="TryRead(ReadOnlySpan{byte}, out WalkPosition)"/>, with the flavours.</summary>
    public static bool TryRead(ReadOnlySpan<byte> cookie, out WalkPosition position, out RegistrationFlavours flavours)
    {
        position = WalkPosition.Start;
        flavours = RegistrationFlavours.All;
        Span<byte> tail = stackalloc byte[PositionBytes - sizeof(ulong) + CheckBytes];
        if (cookie.Length != SizeBytes
            || Base64Url.DecodeFromUtf8(cookie[sizeof(ulong)..], tail, out _, out int read) != OperationStatus.Done
            || read != tail.Length)
        {
            return false;
        }

        var claimed = new WalkPosition(
            BinaryPrimitives.ReadUInt64BigEndian(cookie),
            BinaryPrimitives.ReadUInt64BigEndian(tail),
            NamespaceKey.Read(tail[sizeof(ulong)..]),
            BinaryPrimitives.ReadUInt64BigEndian(tail[(sizeof(ulong) + NamespaceKey.SizeBytes)..]));

        // Compared in its encoded form: base64url has spare bits, and a cookie has one spelling only.
        for (; flavours != RegistrationFlavours.None; flavours--)
        {
            if (cookie.SequenceEqual(Create(claimed, flavours)))
            {
                position = claimed;
                return true;
            }
        }

        return false;
    }
}
