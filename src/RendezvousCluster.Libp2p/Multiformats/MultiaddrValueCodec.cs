using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Wire;
using SimpleBase;

namespace RendezvousCluster.Libp2p.Multiformats;

/// <summary>The forms that a multiaddr part's value takes.</summary>
internal enum MultiaddrValueKind
{
    /// <summary>No value.</summary>
    None,

    /// <summary>Four bytes, dotted decimal.</summary>
    Ip4,

    /// <summary>Sixteen bytes, RFC 5952 text.</summary>
    Ip6,

    /// <summary>Two bytes, big-endian, decimal.</summary>
    Port,

    /// <summary>One byte, decimal.</summary>
    CidrMask,

    /// <summary>Eight bytes, big-endian, decimal.</summary>
    MemoryPort,

    /// <summary>UTF-8 without a slash: host names, IPv6 zones.</summary>
    Name,

    /// <summary>UTF-8 from its leading slash to the end of the text.</summary>
    Path,

    /// <summary>UTF-8; in text each reserved character is percent-encoded.</summary>
    PercentEncoded,

    /// <summary>A peer id's multihash.</summary>
    PeerId,

    /// <summary>A multihash, in text as multibase (base64url when written).</summary>
    CertificateHash,

    /// <summary>Ten bytes in base 32 and a port behind a colon.</summary>
    Onion,

    /// <summary>Thirty-five bytes in base 32 and a port behind a colon.</summary>
    Onion3,

    /// <summary>At least 386 bytes, base 64 with I2P's alphabet.</summary>
    Garlic64,

    /// <summary>Thirty-two bytes, or at least 35, in base 32.</summary>
    Garlic32,
}

/// <summary>Checks and translates the values of multiaddr parts. Input comes from strangers: nothing here throws on it.</summary>
internal static class MultiaddrValueCodec
{
    private const int PortBytes = 2;
    private const int Garlic64MinBytes = 386;
    private const int Garlic32HashBytes = 32;
    private const int Garlic32MinKeyBytes = 35;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether bytes of the right length are a value of that kind.</summary>
    public static bool IsValid(MultiaddrValueKind kind, ReadOnlySpan<byte> value) => kind switch
    {
        MultiaddrValueKind.CidrMask => value[0] <= 128,
        MultiaddrValueKind.Name => IsPrintableUtf8(value) && !value.Contains((byte)'/'),
        MultiaddrValueKind.Path => IsPrintableUtf8(value) && value[0] == '/',
        MultiaddrValueKind.PercentEncoded => IsPrintableUtf8(value),
        MultiaddrValueKind.PeerId => PeerId.TryFromBytes(value, out _),
        MultiaddrValueKind.CertificateHash => Multihash.TryParse(value, out _, out _),
        MultiaddrValueKind.Garlic64 => value.Length >= Garlic64MinBytes,
        MultiaddrValueKind.Garlic32 => value.Length is Garlic32HashBytes or >= Garlic32MinKeyBytes,
        _ => true,
    };

    /// <summary>The text of a value that <see cref="IsValid"/> accepts.</summary>
    public static string ToText(MultiaddrValueKind kind, ReadOnlySpan<byte> value) => kind switch
    {
        MultiaddrValueKind.Ip4 or MultiaddrValueKind.Ip6 => new IPAddress(value).ToString(),
        MultiaddrValueKind.Port => BinaryPrimitives.ReadUInt16BigEndian(value).ToString(CultureInfo.InvariantCulture),
        MultiaddrValueKind.CidrMask => value[0].ToString(CultureInfo.InvariantCulture),
        MultiaddrValueKind.MemoryPort => BinaryPrimitives.ReadUInt64BigEndian(value).ToString(CultureInfo.InvariantCulture),
        MultiaddrValueKind.PercentEncoded => Uri.EscapeDataString(StrictUtf8.GetString(value)),
        MultiaddrValueKind.PeerId => Base58.Bitcoin.Encode(value),
        MultiaddrValueKind.CertificateHash => "u" + Base64Url.EncodeToString(value),
        MultiaddrValueKind.Onion or MultiaddrValueKind.Onion3 =>
            $"{ToBase32(value[..^PortBytes])}:{BinaryPrimitives.ReadUInt16BigEndian(value[^PortBytes..])}",
        MultiaddrValueKind.Garlic64 => Convert.ToBase64String(value).Replace('+', '-').Replace('/', '~'),
        MultiaddrValueKind.Garlic32 => ToBase32(value),
        _ => StrictUtf8.GetString(value),
    };

    /// <summary>Reads the text form; what it yields is still to be checked with <see cref="IsValid"/> and the fixed length.</summary>
    public static bool TryParse(MultiaddrValueKind kind, string text, [NotNullWhen(true)] out byte[]? value)
    {
        value = kind switch
        {
            MultiaddrValueKind.Ip4 => ParseIp4(text),
            MultiaddrValueKind.Ip6 => ParseIp6(text),
            MultiaddrValueKind.Port => ParsePort(text),
            MultiaddrValueKind.CidrMask => byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out byte bits)
                ? [bits]
                : null,
            MultiaddrValueKind.MemoryPort => ParseMemoryPort(text),
            MultiaddrValueKind.PercentEncoded => ParseUtf8(Uri.UnescapeDataString(text)),
            MultiaddrValueKind.PeerId => PeerId.TryParse(text, out PeerId? peerId) ? peerId.Bytes.ToArray() : null,
            MultiaddrValueKind.CertificateHash => ParseMultibase(text),
            MultiaddrValueKind.Onion or MultiaddrValueKind.Onion3 => ParseOnion(text),
            MultiaddrValueKind.Garlic64 => ParseBase64(text.Replace('-', '+').Replace('~', '/')),
            MultiaddrValueKind.Garlic32 => ParseBase32(text),
            _ => ParseUtf8(text),
        };
        return value is { Length: > 0 };
    }

    // The framework also reads "127.1" and "0x7f.0.0.1"; only the canonical form survives the round trip.
    private static byte[]? ParseIp4(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetwork
            && address.ToString() == text
            ? address.GetAddressBytes()
            : null;

    // A zone has a part of its own (/ip6zone), and brackets belong to URLs.
    private static byte[]? ParseIp6(string text) =>
        !text.AsSpan().ContainsAny('%', '[', '/') && IPAddress.TryParse(text, out IPAddress? address)
            && address.AddressFamily == AddressFamily.InterNetworkV6
            ? address.GetAddressBytes()
            : null;

    private static byte[]? ParsePort(ReadOnlySpan<char> text)
    {
        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return null;
        }

        return [(byte)(port >> 8), (byte)port];
    }

    private static byte[]? ParseMemoryPort(string text)
    {
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong port))
        {
            return null;
        }

        byte[] value = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(value, port);
        return value;
    }

    private static byte[]? ParseOnion(string text)
    {
        int colon = text.IndexOf(':');
        return colon > 0 && ParseBase32(text[..colon]) is { } host && ParsePort(text.AsSpan(colon + 1)) is { } port
            ? [.. host, .. port]
            : null;
    }

    private static byte[]? ParseUtf8(string text)
    {
        try
        {
            return StrictUtf8.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            return null; // an unpaired surrogate
        }
    }

    private static byte[]? ParseMultibase(string text)
    {
        byte[] buffer = new byte[text.Length];
        return MultibaseText.TryDecode(text, buffer, out int written) ? buffer[..written] : null;
    }

    private static byte[]? ParseBase64(string text)
    {
        byte[] buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out int written) ? buffer[..written] : null;
    }

    private static byte[]? ParseBase32(string text)
    {
        byte[] buffer = new byte[text.Length];
        return MultibaseText.TryDecodeBase32(text, buffer, out int written) ? buffer[..written] : null;
    }

    private static string ToBase32(ReadOnlySpan<byte> value) => Base32.Rfc4648.Encode(value).ToLowerInvariant();

    // Addresses are printed in logs and consoles: a character in one that is not seen is an attack, never a host.
    private static bool IsPrintableUtf8(ReadOnlySpan<byte> value)
    {
        while (!value.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(value, out Rune rune, out int consumed) != System.Buffers.OperationStatus.Done
                || !VisibleText.IsVisible(rune))
            {
                return false;
            }

            value = value[consumed..];
        }

        return true;
    }
}
