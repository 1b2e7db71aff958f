using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;

namespace RendezvousCluster.Protocol.Cookies;

/// <summary>
/// The cookie of a DISCOVER response: a place in one namespace's order of revisions. It holds everything needed to go on from there, so
/// no node keeps state for it and every node can read it, after a restart and a failover too.
/// <code>
///  0               8                            19
///  +---------------+-----------------------------+
///  | revision, BE  | base64url(checksum[0..8])   |
///  +---------------+-----------------------------+
///  checksum = SHA-256("rendezvous-cookie-1" ‖ revision ‖ namespace)
/// </code>
/// A DISCOVER over all namespaces has a cookie of another length. The tail is ASCII because rust clients take bytes 8 and up of any
/// cookie for the UTF-8 name of a namespace, of at most 255 bytes, and refuse the whole response otherwise. The checksum catches mix-ups
/// (a cookie of another namespace, of another server, cut or altered) and is no secret: who forges one only chooses where to start
/// reading.
/// </summary>
internal static class DiscoverCookie
{
    /// <summary>The only length there is.</summary>
    public const int SizeBytes = sizeof(ulong) + TextBytes;

    private const int ChecksumBytes = 8;

    // base64url of 8 bytes, without padding.
    private const int TextBytes = 11;

    /// <summary>Makes a cookie.</summary>
    /// <param name="ns">The namespace that was read.</param>
    /// <param name="revision">The last revision that the caller has seen.</param>
    public static byte[] Create(RendezvousNamespace ns, ulong revision)
    {
        byte[] cookie = new byte[SizeBytes];
        Write(ns, revision, cookie);
        return cookie;
    }

    /// <summary>
    /// Reads a cookie that was made for <paramref name="ns"/>; false when it is anything else. An empty one is no cookie: the caller asks
    /// first.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> cookie, RendezvousNamespace ns, out ulong revision)
    {
        revision = 0;
        if (cookie.Length != SizeBytes)
        {
            return false;
        }

        // Compared in its encoded form: base64url has spare bits, and a cookie has one spelling only.
        ulong claimed = BinaryPrimitives.ReadUInt64BigEndian(cookie);
        Span<byte> expected = stackalloc byte[SizeBytes];
        Write(ns, claimed, expected);
        if (!cookie.SequenceEqual(expected))
        {
            return false;
        }

        revision = claimed;
        return true;
    }

    private static void Write(RendezvousNamespace ns, ulong revision, Span<byte> cookie)
    {
        ReadOnlySpan<byte> domain = "rendezvous-cookie-1"u8;
        ReadOnlySpan<byte> name = ns.Utf8.Span;
        Span<byte> input = stackalloc byte[domain.Length + sizeof(ulong) + RendezvousNamespace.MaxBytes];
        domain.CopyTo(input);
        BinaryPrimitives.WriteUInt64BigEndian(input[domain.Length..], revision);
        name.CopyTo(input[(domain.Length + sizeof(ulong))..]);

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input[..(domain.Length + sizeof(ulong) + name.Length)], hash);

        BinaryPrimitives.WriteUInt64BigEndian(cookie, revision);
        int written = Base64Url.EncodeToUtf8(hash[..ChecksumBytes], cookie[sizeof(ulong)..]);
        Debug.Assert(written == TextBytes, "Eight bytes take eleven characters of base64url.");
    }
}
