using System.Buffers;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Multiformats;

/// <summary>Turns the text form of a multiaddr, <c>/name/value/name/…</c>, into the binary one.</summary>
internal static class MultiaddrTextParser
{
    /// <summary>Answers null and the bytes, or a sentence that says what is wrong.</summary>
    public static string? TryParse(string? text, out byte[] bytes)
    {
        bytes = [];
        if (text is not { Length: > 1 and <= Multiaddr.MaxTextLength } || text[0] != '/')
        {
            return $"A multiaddr begins with '/', names at least one protocol and has at most {Multiaddr.MaxTextLength} characters.";
        }

        var output = new ArrayBufferWriter<byte>();
        ReadOnlySpan<char> rest = text.AsSpan(1);
        while (!rest.IsEmpty)
        {
            string name = TakePart(ref rest);
            if (!MultiaddrProtocols.TryGet(name, out MultiaddrProtocol? protocol))
            {
                return $"'{VisibleText.Of(name)}' is not a known multiaddr protocol.";
            }

            byte[]? value = [];
            if (protocol.ValueKind != MultiaddrValueKind.None)
            {
                string valueText = protocol.ValueKind == MultiaddrValueKind.Path ? TakeRest(ref rest) : TakePart(ref rest);
                if (!MultiaddrValueCodec.TryParse(protocol.ValueKind, valueText, out value)
                    || (protocol.FixedValueBytes is { } size && size != value.Length)
                    || !MultiaddrValueCodec.IsValid(protocol.ValueKind, value))
                {
                    return $"'{VisibleText.Of(valueText)}' is not a value for /{name}.";
                }
            }

            output.Write(EncodePart(protocol, value));
        }

        if (output.WrittenCount is 0 or > Multiaddr.MaxBytes)
        {
            return $"A multiaddr has 1 to {Multiaddr.MaxBytes} bytes in its binary form.";
        }

        bytes = output.WrittenSpan.ToArray();
        return null;
    }

    /// <summary>One part in binary form, by code.</summary>
    public static byte[] EncodePart(int code, ReadOnlySpan<byte> value) =>
        MultiaddrProtocols.TryGet((ulong)code, out MultiaddrProtocol? protocol)
            ? EncodePart(protocol, value)
            : throw new ArgumentOutOfRangeException(nameof(code), code, "This code is not in the table.");

    private static byte[] EncodePart(MultiaddrProtocol protocol, ReadOnlySpan<byte> value)
    {
        bool hasLength = protocol.FixedValueBytes is null;
        int headerBytes = UnsignedVarint.Size((ulong)protocol.Code) + (hasLength ? UnsignedVarint.Size((ulong)value.Length) : 0);
        byte[] part = new byte[headerBytes + value.Length];
        int position = UnsignedVarint.Write(part, (ulong)protocol.Code);
        if (hasLength)
        {
            UnsignedVarint.Write(part.AsSpan(position), (ulong)value.Length);
        }

        value.CopyTo(part.AsSpan(headerBytes));
        return part;
    }

    private static string TakePart(ref ReadOnlySpan<char> rest)
    {
        int slash = rest.IndexOf('/');
        string part = (slash < 0 ? rest : rest[..slash]).ToString();
        rest = slash < 0 ? [] : rest[(slash + 1)..];
        return part;
    }

    private static string TakeRest(ref ReadOnlySpan<char> rest)
    {
        string path = "/" + rest.ToString();
        rest = [];
        return path;
    }
}
