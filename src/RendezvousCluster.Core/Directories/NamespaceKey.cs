using System.Buffers.Binary;
using System.Security.Cryptography;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Directories;

/// <summary>
/// The SHA-256 of a namespace's name: its place in the order in which a walk goes through all namespaces. A hash, because names are up to
/// 255 bytes of anything and a place has to fit into a cookie, and because hashes spread evenly over the parts of a directory.
/// </summary>
/// <param name="High">The first 16 bytes, big-endian.</param>
/// <param name="Low">The last 16 bytes, big-endian.</param>
public readonly record struct NamespaceKey(UInt128 High, UInt128 Low) : IComparable<NamespaceKey>
{
    /// <summary>The bytes of a key.</summary>
    public const int SizeBytes = SHA256.HashSizeInBytes;

    private const int HalfBytes = SizeBytes / 2;

    /// <summary>The lowest key there can be: the beginning.</summary>
    public static NamespaceKey First => default;

    /// <summary>The highest key there can be.</summary>
    public static NamespaceKey Last => new(UInt128.MaxValue, UInt128.MaxValue);

    /// <summary>The key of a namespace.</summary>
    public static NamespaceKey Of(RendezvousNamespace @namespace)
    {
        ArgumentNullException.ThrowIfNull(@namespace);
        Span<byte> hash = stackalloc byte[SizeBytes];
        SHA256.HashData(@namespace.Utf8.Span, hash);
        return Read(hash);
    }

    /// <summary>Reads a key from its first <see cref="SizeBytes"/> bytes.</summary>
    public static NamespaceKey Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[HalfBytes..]));

    /// <summary>Writes the key into <see cref="SizeBytes"/> bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[HalfBytes..], Low);
    }

    /// <summary>The key after this one; null after the last.</summary>
    public NamespaceKey? Next() =>
        Low < UInt128.MaxValue ? new NamespaceKey(High, Low + 1)
        : High < UInt128.MaxValue ? new NamespaceKey(High + 1, 0)
        : null;

    /// <inheritdoc/>
    public int CompareTo(NamespaceKey other) => High == other.High ? Low.CompareTo(other.Low) : High.CompareTo(other.High);

    /// <summary>Whether the left key comes first.</summary>
    public static bool operator <(NamespaceKey left, NamespaceKey right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left key comes last.</summary>
    public static bool operator >(NamespaceKey left, NamespaceKey right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left key does not come last.</summary>
    public static bool operator <=(NamespaceKey left, NamespaceKey right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left key does not come first.</summary>
    public static bool operator >=(NamespaceKey left, NamespaceKey right) => left.CompareTo(right) >= 0;
}
