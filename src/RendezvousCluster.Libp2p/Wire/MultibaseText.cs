using System.Buffers;
using System.Buffers.Text;
using SimpleBase;

namespace RendezvousCluster.Libp2p.Wire;

/// <summary>
/// Decodes strangers' text in the bases that libp2p peers use. SimpleBase 5.6 does the arithmetic, but it indexes tables with
/// characters that it has not checked (base58 and base36 throw on <c>ä</c>, base16 on other characters than digits), so nothing but letters
/// and digits is handed to it.
/// </summary>
internal static class MultibaseText
{
    private static readonly SearchValues<char> LettersAndDigits =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Multibase: base32 (<c>b</c>), base58btc (<c>z</c>), base16 (<c>f</c>), base36 (<c>k</c>), base64url (<c>u</c>).</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = 0;
        if (text.Length < 2)
        {
            return false;
        }

        ReadOnlySpan<char> digits = text[1..];
        return text[0] switch
        {
            'b' => TryDecodeBase32(digits, destination, out bytesWritten),
            'z' => TryDecodeBase58(digits, destination, out bytesWritten),
            'k' => IsPlain(digits) && Base36.LowerCase.TryDecode(digits, destination, out bytesWritten),
            'f' => Convert.FromHexString(digits, destination, out _, out bytesWritten) == OperationStatus.Done,
            'u' => Base64Url.DecodeFromChars(digits, destination, out _, out bytesWritten) == OperationStatus.Done,
            _ => false,
        };
    }

    /// <summary>base58btc without a prefix. Takes quadratic time: the caller bounds the length first.</summary>
    public static bool TryDecodeBase58(ReadOnlySpan<char> text, Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = 0;
        return IsPlain(text) && Base58.Bitcoin.TryDecode(text, destination, out bytesWritten);
    }

    /// <summary>RFC 4648 base32 in either case, without padding.</summary>
    public static bool TryDecodeBase32(ReadOnlySpan<char> text, Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = 0;
        return IsPlain(text) && Base32.Rfc4648.TryDecode(text, destination, out bytesWritten);
    }

    private static bool IsPlain(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(LettersAndDigits);
}
