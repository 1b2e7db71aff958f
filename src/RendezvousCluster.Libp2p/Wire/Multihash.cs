using System.Buffers;
using System.Security.Cryptography;

namespace RendezvousCluster.Libp2p.Wire;

/// <summary>
/// A digest that names its function: <c>uvarint(code) uvarint(length) digest</c>. Only what libp2p needs: identity (the data itself)
/// and SHA-256.
/// </summary>
internal static class Multihash
{
    public const int IdentityCode = 0x00;
    public const int Sha256Code = 0x12;

    // Both codes and both lengths are below 128, so each takes one byte.
    private const int HeaderBytes = 2;

    /// <summary>Wraps data of at most 127 bytes as it is.</summary>
    public static byte[] Identity(ReadOnlySpan<byte> data)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, 127);
        byte[] multihash = new byte[HeaderBytes + data.Length];
        multihash[0] = IdentityCode;
        multihash[1] = (byte)data.Length;
        data.CopyTo(multihash.AsSpan(HeaderBytes));
        return multihash;
    }

    /// <summary>Hashes data.</summary>
    public static byte[] Sha256(ReadOnlySpan<byte> data)
    {
        byte[] multihash = new byte[HeaderBytes + SHA256.HashSizeInBytes];
        multihash[0] = Sha256Code;
        multihash[1] = SHA256.HashSizeInBytes;
        SHA256.HashData(data, multihash.AsSpan(HeaderBytes));
        return multihash;
    }

    /// <summary>Takes a multihash apart; false unless <paramref name="multihash"/> is exactly one, with minimal varints.</summary>
    public static bool TryParse(ReadOnlySpan<byte> multihash, out ulong code, out ReadOnlySpan<byte> digest)
    {
        digest = default;
        if (UnsignedVarint.TryRead(multihash, out code, out int codeBytes) != OperationStatus.Done)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = multihash[codeBytes..];
        if (UnsignedVarint.TryRead(rest, out ulong length, out int lengthBytes) != OperationStatus.Done
            || length != (ulong)(rest.Length - lengthBytes))
        {
            return false;
        }

        digest = rest[lengthBytes..];
        return true;
    }
}
