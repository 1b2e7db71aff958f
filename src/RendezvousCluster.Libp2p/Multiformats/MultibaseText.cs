using System.Buffers;
using System.Buffers.Text;
using System.Text;
using SimpleBase;

namespace RendezvousCluster.Libp2p.Multiformats;

/// <summary>
/// Reads multibase text in the encodings that libp2p peers use: base32 (<c>b</c>), base58btc (<c>z</c>), base16 (<c>f</c>), base36 (<c>k</c>) and
/// base64url (<c>u</c>). The library's own multibase decoder is not used for strangers' text: its base16 throws on what is no digit.
/// </summary>
internal static class MultibaseText
{
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int bytesWritten)
    {
        bytesWritten = 0;
        if (text.Length < 2 || !Ascii.IsValid(text))
        {
            return false;
        }

        ReadOnlySpan<char> digits = text[1..];
        return text[0] switch
        {
            'b' => Base32.Rfc4648.TryDecode(digits, destination, out bytesWritten),
            'z' => Base58.Bitcoin.TryDecode(digits, destination, out bytesWritten),
            'k' => Base36.LowerCase.TryDecode(digits, destination, out bytesWritten),
            'f' => Convert.FromHexString(digits, destination, out _, out bytesWritten) == OperationStatus.Done,
            'u' => Base64Url.DecodeFromChars(digits, destination, out _, out bytesWritten) == OperationStatus.Done,
            _ => false,
        };
    }
}
