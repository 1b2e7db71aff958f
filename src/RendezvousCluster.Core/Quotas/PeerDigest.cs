using System.Buffers.Binary;
using System.Security.Cryptography;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Core.Quotas;

/// <summary>
/// A peer as the ledger knows it: the first half of the SHA-256 of its id. A third of the id's size in memory, and spread evenly over
/// the parts. To share a quota with somebody, a peer would have to find a collision of 128 bits, and would gain nothing by it.
/// </summary>
/// <param name="High">The first 8 bytes, big-endian.</param>
/// <param name="Low">The next 8 bytes, big-endian.</param>
internal readonly record struct PeerDigest(ulong High, ulong Low)
{
    /// <summary>The bytes of a digest.</summary>
    internal const int SizeBytes = 2 * sizeof(ulong);

    /// <summary>The digest of a peer.</summary>
    internal static PeerDigest Of(PeerId peer)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(peer.Bytes.Span, hash);
        return Read(hash);
    }

    /// <summary>Reads a digest from the first <see cref="SizeBytes"/> bytes.</summary>
    internal static PeerDigest Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..]));

    /// <summary>Writes the digest into <see cref="SizeBytes"/> bytes.</summary>
    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[sizeof(ulong)..], Low);
    }
}
