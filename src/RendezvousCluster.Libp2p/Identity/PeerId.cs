using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using RendezvousCluster.Libp2p.Wire;
using SimpleBase;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>A peer's name: a multihash of its public key (identity up to 42 bytes, else SHA-256). Compared by bytes.</summary>
/// <remarks>Peer-ids spec, https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md.</remarks>
public sealed class PeerId : IEquatable<PeerId>
{
    /// <summary>Keys whose encoding is at most this long are in the peer id as they are; longer ones are hashed.</summary>
    public const int MaxInlineKeyBytes = 42;

    /// <summary>
    /// Longest text accepted. The longest real one, a CIDv1 of an inlined key in base 16, has 97 characters. Base 58 takes quadratic
    /// time.
    /// </summary>
    public const int MaxTextLength = 128;

    /// <summary>Longest binary form accepted, in bytes: header and inlined key.</summary>
    public const int MaxBytes = 2 + MaxInlineKeyBytes;

    private const ulong CidVersion = 1;
    private const ulong Libp2pKeyCodec = 0x72;

    private readonly byte[] _bytes;
    private readonly int _hashCode;
    private string? _text;

    private PeerId(byte[] bytes)
    {
        _bytes = bytes;
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        _hashCode = hash.ToHashCode();
    }

    /// <summary>The multihash.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Whether two peer ids are the same.</summary>
    public static bool operator ==(PeerId? left, PeerId? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two peer ids differ.</summary>
    public static bool operator !=(PeerId? left, PeerId? right) => !(left == right);

    /// <summary>The peer id of a key in its canonical encoding.</summary>
    public static PeerId FromPublicKey(PublicKey key) => FromEncodedPublicKey(key.Encoded.Span);

    /// <summary>Reads either text form: base58btc (<c>12D3Koo…</c>, <c>Qm…</c>) or CIDv1 (<c>bafz…</c>).</summary>
    /// <exception cref="FormatException">The text is not a peer id.</exception>
    public static PeerId Parse(string text) =>
        TryParse(text, out PeerId? peerId)
            ? peerId
            : throw new FormatException("The text is not a peer id: neither base58btc (12D3Koo…, 16Uiu2…, Qm…) nor a CIDv1 (bafz…).");

    /// <summary>As <see cref="Parse"/>, without the exception.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PeerId? peerId)
    {
        peerId = null;
        if (text is not { Length: > 0 and <= MaxTextLength })
        {
            return false;
        }

        // The decoded bytes never outnumber the characters.
        Span<byte> decoded = stackalloc byte[MaxTextLength];
        bool isBase58 = text[0] == '1' || text.StartsWith("Qm", StringComparison.Ordinal);
        if (!(isBase58 ? MultibaseText.TryDecodeBase58(text, decoded, out int length) : MultibaseText.TryDecode(text, decoded, out length)))
        {
            return false;
        }

        ReadOnlySpan<byte> multihash = decoded[..length];
        return (isBase58 || TryStripCidHeader(ref multihash)) && TryFromBytes(multihash, out peerId);
    }

    /// <summary>Reads the binary form: an identity (at most 42 bytes) or SHA-256 multihash.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PeerId? peerId)
    {
        peerId = null;
        if (bytes.Length > MaxBytes || !Multihash.TryParse(bytes, out ulong code, out ReadOnlySpan<byte> digest))
        {
            return false;
        }

        bool known = code switch
        {
            Multihash.IdentityCode => digest.Length is > 0 and <= MaxInlineKeyBytes,
            Multihash.Sha256Code => digest.Length == SHA256.HashSizeInBytes,
            _ => false,
        };
        if (!known)
        {
            return false;
        }

        peerId = new PeerId(bytes.ToArray());
        return true;
    }

    /// <summary>The base58btc form.</summary>
    public override string ToString() => _text ??= Base58.Bitcoin.Encode(_bytes);

    /// <summary>The CIDv1 form in base32.</summary>
    public string ToCid()
    {
        byte[] cid = [(byte)CidVersion, (byte)Libp2pKeyCodec, .. _bytes];
        return Multibase.Encode(cid, MultibaseEncoding.Base32Lower);
    }

    /// <inheritdoc/>
    public bool Equals(PeerId? other) =>
        ReferenceEquals(this, other) || (other is not null && _bytes.AsSpan().SequenceEqual(other._bytes));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PeerId);

    /// <inheritdoc/>
    public override int GetHashCode() => _hashCode;

    internal static PeerId FromEncodedPublicKey(ReadOnlySpan<byte> encodedKey) =>
        new(encodedKey.Length <= MaxInlineKeyBytes ? Multihash.Identity(encodedKey) : Multihash.Sha256(encodedKey));

    private static bool TryStripCidHeader(ref ReadOnlySpan<byte> cid) =>
        TryStripVarint(ref cid, CidVersion) && TryStripVarint(ref cid, Libp2pKeyCodec);

    private static bool TryStripVarint(ref ReadOnlySpan<byte> bytes, ulong expected)
    {
        if (UnsignedVarint.TryRead(bytes, out ulong value, out int bytesRead) != OperationStatus.Done || value != expected)
        {
            return false;
        }

        bytes = bytes[bytesRead..];
        return true;
    }
}
