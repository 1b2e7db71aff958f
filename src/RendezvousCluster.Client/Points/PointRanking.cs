using System.Buffers.Binary;
using System.Security.Cryptography;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Client.Points;

/// <summary>
/// In which order a node prefers its points when it registers at some of them only. Each node and namespace has an order of its own, by a
/// hash (highest random weight): the load spreads evenly over the points, a node keeps to its choice over restarts, and when a point goes,
/// only its own share moves.
/// </summary>
internal static class PointRanking
{
    public static RendezvousPoint[] Order(IEnumerable<RendezvousPoint> points, PeerId self, ReadOnlySpan<byte> ns)
    {
        byte[] salt = [.. self.Bytes.Span, .. ns];
        return [.. points.OrderByDescending(point => Weight(point, salt))];
    }

    private static ulong Weight(RendezvousPoint point, byte[] salt)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData([.. point.PeerId.Bytes.Span, .. salt], hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
