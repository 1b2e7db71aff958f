using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;

namespace RendezvousCluster.Core.Cookies;

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
/// (a cookie of another namespace, of another server, cut or altered) and is not secret: a forger only chooses where to start
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
    /// <param name="flavours">Which flavours it has seen up to there.</param>
    public static byte[] Create(RendezvousNamespace ns, ulong revision, RegistrationFlavours flavours = RegistrationFlavours.All)
    {
        byte[] cookie = new byte[SizeBytes];
        Write(ns, revision, flavours, cookie);
        return cookie;
    }

    /// <summary>
    /// Reads a cookie that was made for <paramref name="ns"/>; false when it is anything else. An empty one does not count as a cookie: the
    /// caller asks first.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> cookie, RendezvousNamespace ns, out ulong revision) =>
        TryRead(cookie, ns, out revision, out _);

    /// <summary>As <see cref="TryRead(ReadOnlySpan{byte}, RendezvousNamespace, out ulong)"/>, with the flavours.</summary>
    public static bool TryRead(ReadOnlySpan<byte> cookie, RendezvousNamespace ns, out ulong revision, out RegistrationFlavours flavours)
    {
        revision = 0;
        flavours = RegistrationFlavours.All;
        if (cookie.Length != SizeBytes)
        {
            return false;
        }

        // Compared in its encoded form: base64url has spare bits, and a cookie has one spelling only.
        ulong claimed = BinaryPrimitives.ReadUInt64BigEndian(cookie);
        Span<byte> expected = stackalloc byte[SizeBytes];
        for (; flavours != RegistrationFlavours.None; flavours--)
        {
            Write(ns, claimed, flavours, expected);
            if (cookie.SequenceEqual(expected))
            {
                revision = claimed;
                return true;
            }
        }

        return false;
    }

    private static void Write(RendezvousNamespace ns, ulong revision, RegistrationFlavours flavours, Span<byte> cookie)
    {
        bool isOfAll = flavours == RegistrationFlavours.All;
        ReadOnlySpan<byte> domain = isOfAll ? "rendezvous-cookie-1"u8 : "rendezvous-cookie-2"u8;
        ReadOnlySpan<byte> name = ns.Utf8.Span;
        Span<byte> input = stackalloc byte[domain.Length + sizeof(byte) + sizeof(ulong) + RendezvousNamespace.MaxBytes];
        domain.CopyTo(input);
        int length = domain.Length;
        if (!isOfAll)
        {
            input[length++] = (byte)flavours;
        }

        BinaryPrimitives.WriteUInt64BigEndian(input[length..], revision);
        length += sizeof(ulong);
        name.CopyTo(input[length..]);
        length += name.Length;

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input[..length], hash);

        BinaryPrimitives.WriteUInt64BigEndian(cookie, revision);
        int written = Base64Url.EncodeToUtf8(hash[..ChecksumBytes], cookie[sizeof(ulong)..]);
        Debug.Assert(written == TextBytes, "Eight bytes take eleven characters of base64url.");
    }
}
